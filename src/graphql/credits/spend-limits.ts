// Limits of what may be spent of a wallet, and who spent.
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import { setSpendLimit } from '../../credits/set-spend-limit';
import { binds, type LimitSpan, type SpendLimit } from '../../credits/spend-limits';
import type { CreditTransaction } from '../../credits/transactions';
import type { Wallet } from '../../credits/wallet.entity';
import { standingOf } from '../../wallets/membership';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import { SpendLimitSpanEnum, SpendLimitType } from '../problems/spend-limit';
import { UserErrorType } from '../problems/types';
import { Credits } from '../scalars';
import { WALLET_ID } from '../wallets/named';
import { BalanceType, CreditTransactionType } from './types';

@InputType('SetSpendLimitInput', {
  description: 'How much may go out of a balance, by whom, and in which span of time.',
})
class SetSpendLimitInputType {
  @Field(() => ID, { nullable: true, description: 'Whose credits: this or walletId.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only what this member spends, 1 to 255 characters. Not beside `apiKeyId`.',
  })
  memberId?: string | null;

  @Field(() => ID, { nullable: true, description: 'Only what is spent with this API key: key_….' })
  apiKeyId?: string | null;

  @Field(() => SpendLimitSpanEnum, { description: 'What it counts together. One limit of each kind.' })
  per!: LimitSpan;

  @Field(() => Credits, {
    nullable: true,
    description: '0 or more, in the place of the number before; left out or null: no such limit any more.',
  })
  credits?: bigint | null;

  @Field(() => String, {
    nullable: true,
    description: 'Whose midnight it goes by, e.g. Asia/Kolkata; left out: UTC.',
  })
  timeZone?: string | null;
}

@ObjectType('SetSpendLimitPayload', { description: 'The balance with its limits.', simpleResolvers: true })
class SetSpendLimitPayloadType {
  @Field(() => BalanceType, { nullable: true, description: 'Null when nothing was done.' })
  balance!: BalanceType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@Resolver(() => BalanceType)
export class SpendLimitFields {
  @FieldResolver(() => [SpendLimitType], {
    description:
      'What limits spends of it: for everybody first. Those of API keys are for services and operators; a member of a shared wallet sees those that bind them.',
  })
  async spendLimits(@Ctx() context: Context, @Root() { userId }: Wallet): Promise<readonly SpendLimit[]> {
    const caller = callerOf(context);
    const [limits, standing] = await Promise.all([
      context.deps.readSpendLimits(userId),
      standingOf(context.deps, caller, userId),
    ]);
    const shown = caller.role === 'user' ? limits.filter(({ apiKeyId }) => apiKeyId === null) : limits;
    if (!standing) return [];
    const spender = { memberId: standing.onlyOf, apiKeyId: caller.apiKeyId ?? null };
    return standing.onlyOf === null ? shown : shown.filter((limit) => binds(limit, spender));
  }
}

@Resolver(() => CreditTransactionType)
export class SpenderFields {
  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'Of a spend, the member that the back end named, or who spent of a shared wallet; of a hold, who it was held for. Else null.',
  })
  async memberId(@Ctx() { deps }: Context, @Root() { kind, journalId }: CreditTransaction) {
    return kind === 'spend' ? ((await deps.readSpender(journalId))?.memberId ?? null) : null;
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'Of a spend, the API key that made it, or its hold. Masked to null (no error) for users, whose affair keys are not.',
  })
  async apiKeyId(@Ctx() context: Context, @Root() { kind, journalId }: CreditTransaction) {
    if (kind !== 'spend' || callerOf(context).role === 'user') return null;
    return (await context.deps.readSpender(journalId))?.apiKeyId ?? null;
  }
}

@Resolver()
export class SpendLimitMutations {
  @Mutation(() => SetSpendLimitPayloadType, {
    description:
      'Limit what may be spent in a day, a week, a month or in all, by everybody, a member or an API key. Role: service or finance; of a shared wallet an owner or a manager limits the members below them.',
  })
  setSpendLimit(
    @Ctx() context: Context,
    @Arg('input', () => SetSpendLimitInputType) input: SetSpendLimitInputType,
  ) {
    return answer(context, async () => ({
      balance: await setSpendLimit(context.deps, callerOf(context), input),
    }));
  }
}
