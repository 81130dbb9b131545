// The blocklist and the allowlist. That all of it is for operators is said by @auth.
import { Arg, Args, Ctx, FieldResolver, Mutation, Resolver } from 'type-graphql';
import { addToAllowlist } from '../../risk/add-to-allowlist';
import { addToBlocklist } from '../../risk/add-to-blocklist';
import { allowPayer } from '../../risk/allow-payer';
import { countEntries, listEntries } from '../../risk/find-lists';
import type { RiskListEntry } from '../../risk/list-entry.entity';
import { removeFromAllowlist } from '../../risk/remove-from-allowlist';
import { removeFromBlocklist } from '../../risk/remove-from-blocklist';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answer } from '../errors';
import { type Connection, connectionOf } from '../paging';
import {
  AddToAllowlistPayloadType,
  AddToBlocklistPayloadType,
  AllowlistEntryConnectionType,
  AllowlistIdInputType,
  AllowlistInputType,
  AllowPayerInputType,
  AllowPayerPayloadType,
  BlocklistEntryConnectionType,
  BlocklistIdInputType,
  BlocklistInputType,
  ListArguments,
  RemoveFromAllowlistPayloadType,
  RemoveFromBlocklistPayloadType,
} from './list-types';

@Resolver(() => AdminType)
export class AdminListFields {
  @FieldResolver(() => BlocklistEntryConnectionType, {
    description: 'Whose purchases are refused now, newest first.',
  })
  async blocklist(
    @Ctx() { deps }: Context,
    @Args(() => ListArguments) { kind, ...page }: ListArguments,
  ): Promise<Connection<RiskListEntry>> {
    return connectionOf(await listEntries(deps, 'block', kind, page), () =>
      countEntries(deps, 'block', kind),
    );
  }

  @FieldResolver(() => AllowlistEntryConnectionType, {
    description: 'Who may buy now whatever the rules say, newest first.',
  })
  async allowlist(
    @Ctx() { deps }: Context,
    @Args(() => ListArguments) { kind, ...page }: ListArguments,
  ): Promise<Connection<RiskListEntry>> {
    return connectionOf(await listEntries(deps, 'allow', kind, page), () =>
      countEntries(deps, 'allow', kind),
    );
  }
}

@Resolver()
export class ListMutations {
  @Mutation(() => AddToBlocklistPayloadType, {
    description: 'Refuse whom it names from the next purchase on. A repeat changes nothing. Role: support.',
  })
  addToBlocklist(@Ctx() context: Context, @Arg('input', () => BlocklistInputType) input: BlocklistInputType) {
    return answer(context, async () => ({
      entry: await addToBlocklist(context.deps, callerOf(context), input),
    }));
  }

  @Mutation(() => RemoveFromBlocklistPayloadType, {
    description: 'Leave whom it names to the rules again. Role: support.',
  })
  removeFromBlocklist(
    @Ctx() context: Context,
    @Arg('input', () => BlocklistIdInputType) { id }: BlocklistIdInputType,
  ) {
    return answer(context, async () => ({
      entry: await removeFromBlocklist(context.deps, callerOf(context), id),
    }));
  }

  @Mutation(() => AddToAllowlistPayloadType, {
    description: 'Let whom it names buy whatever the rules say. A repeat changes nothing. Role: support.',
  })
  addToAllowlist(@Ctx() context: Context, @Arg('input', () => AllowlistInputType) input: AllowlistInputType) {
    return answer(context, async () => ({
      entry: await addToAllowlist(context.deps, callerOf(context), input),
    }));
  }

  @Mutation(() => RemoveFromAllowlistPayloadType, {
    description: 'Leave whom it names to the rules again. Role: support.',
  })
  removeFromAllowlist(
    @Ctx() context: Context,
    @Arg('input', () => AllowlistIdInputType) { id }: AllowlistIdInputType,
  ) {
    return answer(context, async () => ({
      entry: await removeFromAllowlist(context.deps, callerOf(context), id),
    }));
  }

  @Mutation(() => AllowPayerPayloadType, {
    description:
      'Let the user of a decision buy for a time, whatever the rules say: an honest one who was blocked. Role: support.',
  })
  allowPayer(@Ctx() context: Context, @Arg('input', () => AllowPayerInputType) input: AllowPayerInputType) {
    return answer(context, async () => ({ entry: await allowPayer(context.deps, callerOf(context), input) }));
  }
}
