// Credits that campaigns give away.
import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import type { Campaign } from '../../grants/campaign.entity';
import { countGrants, listCampaigns, listGrants } from '../../grants/find';
import { type GrantResult, grantCredits } from '../../grants/grant';
import type { CreditGrant } from '../../grants/grant.entity';
import { revokeGrant } from '../../grants/revoke';
import { revokeCampaign } from '../../grants/revoke-campaign';
import { ownersId } from '../../kernel/ids';
import { saveCampaignWithApproval } from '../../refunds/campaign-approval';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answer, problemAt } from '../errors';
import { type Connection, connectionOf } from '../paging';
import {
  RevokeCampaignInputType,
  RevokeCampaignPayloadType,
  RevokeGrantInputType,
  RevokeGrantPayloadType,
} from './revoke-types';
import {
  CampaignType,
  CreditGrantConnectionType,
  GrantCreditsInputType,
  GrantCreditsPayloadType,
  GrantsArguments,
  SaveCampaignInputType,
  SaveCampaignPayloadType,
} from './types';

@Resolver(() => CampaignType)
export class CampaignFields {
  @FieldResolver(() => ID)
  id(@Root() { key }: Campaign): string {
    return ownersId('campaign', key);
  }
}

@Resolver(() => AdminType)
export class AdminGrantFields {
  @FieldResolver(() => [CampaignType], { description: 'Newest first, at most 200.' })
  campaigns(@Ctx() { deps }: Context): Promise<Campaign[]> {
    return listCampaigns(deps);
  }

  @FieldResolver(() => CreditGrantConnectionType, { description: 'What campaigns gave, newest first.' })
  async creditGrants(
    @Ctx() { deps }: Context,
    @Args(() => GrantsArguments) { first, after, ...filter }: GrantsArguments,
  ): Promise<Connection<CreditGrant>> {
    return connectionOf(await listGrants(deps, filter, { first, after }), () => countGrants(deps, filter));
  }
}

@Resolver()
export class GrantMutations {
  @Mutation(() => SaveCampaignPayloadType, {
    description: 'Make a campaign or change it. A large budget waits for a second person. Role: finance.',
  })
  saveCampaign(
    @Ctx() context: Context,
    @Arg('input', () => SaveCampaignInputType) input: SaveCampaignInputType,
  ) {
    return answer(context, async () => ({
      campaign: await saveCampaignWithApproval(context.deps, callerOf(context), input),
    }));
  }

  @Mutation(() => RevokeCampaignPayloadType, {
    description:
      'End a campaign and take back, in the background, what is left of all that it gave. Role: finance.',
  })
  revokeCampaign(
    @Ctx() context: Context,
    @Arg('input', () => RevokeCampaignInputType) input: RevokeCampaignInputType,
  ) {
    const work = () => revokeCampaign(context.deps, callerOf(context), input);
    return answer(context, work, { replayed: false });
  }

  @Mutation(() => GrantCreditsPayloadType, {
    description: 'Give credits out of a campaign, each once by its key. Role: service or finance.',
  })
  grantCredits(
    @Ctx() context: Context,
    @Arg('input', () => GrantCreditsInputType) input: GrantCreditsInputType,
  ) {
    const work = async () => {
      const results = await grantCredits(context.deps, callerOf(context), input);
      return { results: results.map((result, nth) => shown(context, result, nth)) };
    };
    return answer(context, work, { results: [] });
  }

  @Mutation(() => RevokeGrantPayloadType, {
    description: 'Take back what is left of a grant, and no other credits. Role: service or finance.',
  })
  revokeGrant(
    @Ctx() context: Context,
    @Arg('input', () => RevokeGrantInputType) input: RevokeGrantInputType,
  ) {
    const work = () => revokeGrant(context.deps, callerOf(context), input);
    return answer(context, work, { replayed: false });
  }
}

function shown({ loaders }: Context, result: GrantResult, nth: number) {
  const { key, outcome, grantId } = result;
  return {
    key,
    outcome,
    grant: grantId === null ? null : () => loaders.creditGrants.load(grantId),
    error: result.outcome === 'refused' ? problemAt(result.problem, ['input', 'grants', String(nth)]) : null,
  };
}
