// Credits set aside: the list, and making and ending holds.
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  Mutation,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { holdCredits } from '../../credits/hold';
import type { Hold, HoldStatus } from '../../credits/hold.entity';
import { countHolds, listHolds } from '../../credits/holds';
import { releaseHold } from '../../credits/release-hold';
import { settleHold } from '../../credits/settle-hold';
import { callerOf, isOperator, walletAsked } from '../access';
import type { Context } from '../context';
import { answer, answerKeyed } from '../errors';
import { type Connection, connectionOf } from '../paging';
import { MetadataFilterInput } from '../types';
import { WALLET_ID } from '../wallets/named';
import {
  CreditHoldConnectionType,
  CreditHoldType,
  HoldCreditsInputType,
  HoldCreditsPayloadType,
  HoldStatusEnum,
  ReleaseHoldInputType,
  ReleaseHoldPayloadType,
  SettleHoldInputType,
  SettleHoldPayloadType,
} from './hold-types';
import { isReversed } from './reversals';

@ArgsType()
class HoldsArguments {
  @Field(() => ID, { description: "Service and support: whose. Left out: the caller's own.", nullable: true })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => [HoldStatusEnum], {
    description: 'Any of these; null: also those that ended.',
    nullable: true,
    defaultValue: ['open'],
  })
  status?: HoldStatus[] | null;

  @Field(() => String, { description: "Only with exactly this number of the caller's own.", nullable: true })
  reference?: string | null;

  @Field(() => MetadataFilterInput, { description: 'Only with this key and value.', nullable: true })
  metadata?: MetadataFilterInput | null;

  @Field(() => Int, { nullable: true, defaultValue: 20 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;
}

@Resolver(() => CreditHoldType)
export class HoldFields {
  @FieldResolver(() => String, { description: 'Why, as its caller said.' })
  reason(@Ctx() context: Context, @Root() hold: Hold): string {
    // Operators could hold for others once, and wrote for themselves.
    const isTheirs = hold.createdByRole === 'support' && hold.createdBy !== hold.userId;
    return isTheirs && !isOperator(context) ? 'Held by an operator.' : hold.reason;
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: 'The API key that made it. Masked to null (no error) for users, whose affair keys are not.',
  })
  apiKeyId(@Ctx() context: Context, @Root() { apiKeyId }: Hold): string | null {
    return callerOf(context).role === 'user' ? null : apiKeyId;
  }
}

@Resolver()
export class HoldResolver {
  @Query(() => CreditHoldConnectionType, {
    description: 'Own holds, newest first; service and support may pass userId.',
  })
  async holds(
    @Ctx() context: Context,
    @Args(() => HoldsArguments) { userId, walletId, first, after, ...asked }: HoldsArguments,
  ): Promise<Connection<Hold>> {
    const { id: owner, onlyOf } = await walletAsked(context, { userId, walletId }, 'member');
    const filter = { ...asked, memberId: onlyOf };
    const { deps, loaders } = context;
    const readWallet = (userId: string) => loaders.wallets.load(userId);
    const holds = await listHolds({ ...deps, readWallet }, owner, { ...filter, page: { first, after } });
    return connectionOf(holds, () => countHolds(deps, owner, filter));
  }

  @Mutation(() => HoldCreditsPayloadType, {
    description: 'Set credits aside for at most 24 hours. Role: user (own, or a shared wallet) or service.',
  })
  holdCredits(
    @Ctx() context: Context,
    @Arg('input', () => HoldCreditsInputType) input: HoldCreditsInputType,
  ) {
    const work = async () => {
      const { hold, wallet, replayed } = await holdCredits(context.deps, callerOf(context), input);
      return { hold, transaction: null, balance: wallet, replayed };
    };
    const keyed = { operation: 'holdCredits', key: input.idempotencyKey };
    return answerKeyed(context, keyed, work);
  }

  @Mutation(() => SettleHoldPayloadType, {
    description: 'Spend what was used of a hold; the rest returns. Role: as holdCredits.',
  })
  settleHold(@Ctx() context: Context, @Arg('input', () => SettleHoldInputType) input: SettleHoldInputType) {
    const work = async () => {
      const settled = await settleHold(context.deps, callerOf(context), input);
      const { hold, journalId, wallet, replayed } = settled;
      const transaction = () => (journalId === null ? null : context.loaders.transactions.load(journalId));
      const reversed = () => (replayed && journalId !== null ? isReversed(context, journalId) : false);
      const usage = () => (input.usage && journalId !== null ? context.deps.readUsage(journalId) : null);
      return { hold, transaction, usage, balance: wallet, replayed, reversed };
    };
    const keyed = { operation: 'settleHold', key: input.idempotencyKey };
    return answerKeyed(context, keyed, work);
  }

  @Mutation(() => ReleaseHoldPayloadType, {
    description:
      'A user may not settle or release a hold that another kind of caller made (NOT_FOUND). Support may release.',
  })
  releaseHold(
    @Ctx() context: Context,
    @Arg('input', () => ReleaseHoldInputType) input: ReleaseHoldInputType,
  ) {
    const work = async () => {
      const { hold, wallet, replayed } = await releaseHold(context.deps, callerOf(context), input);
      return { hold, transaction: null, balance: wallet, replayed };
    };
    return answer(context, work, { replayed: false });
  }
}
