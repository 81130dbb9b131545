// What finance does about credits: adjusting them, and looking at everybody's wallet.
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
} from 'type-graphql';
import type { Wallet } from '../../credits/wallet.entity';
import { countWallets, listWallets } from '../../credits/wallets';
import type { Metadata } from '../../kernel/metadata';
import { adjustedWallet, adjustWithApproval } from '../../refunds/adjust-approval';
import { usersCalled } from '../../users/find-profiles';
import { walletsCalled } from '../../wallets/find';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answerKeyed } from '../errors';
import { type Connection, connectionOf, connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime, MetadataScalar } from '../scalars';
import { WALLET_ID } from '../wallets/named';
import { BalanceType, CreditTransactionType } from './types';

@InputType('AdjustCreditsInput', { description: 'A correction by hand: whose credits, how many, and why.' })
class AdjustCreditsInputType {
  @Field(() => ID, { nullable: true, description: 'Whose balance: this or walletId.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => Credits, { description: 'Signed.' })
  credits!: bigint;

  @Field(() => Credits, {
    nullable: true,
    description: 'balance.available as it was shown: when it is another by now nothing is adjusted.',
  })
  seenAvailable?: bigint | null;

  @Field(() => DateTime, {
    description: 'Of credits that are added; left out: they never expire. Not with credits that are taken.',
    nullable: true,
  })
  expiresAt?: Date | null;

  @Field(() => String, { description: 'For operators; the user does not read it.' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'What the user is told.' })
  publicReason?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own number of it, 1 to 255 characters; it need not be unique. For operators; the user does not read it.',
  })
  reference?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'For operators; the user does not read it.' })
  metadata?: Metadata | null;

  @Field(() => String, {
    description: 'Made by the client, 1 to 255 characters: the same key and input adjust once.',
  })
  idempotencyKey!: string;
}

@ObjectType('AdjustCreditsPayload', { description: 'What was booked.', simpleResolvers: true })
class AdjustCreditsPayloadType {
  @Field(() => CreditTransactionType, {
    description: 'The booking; null when nothing was done.',
    nullable: true,
  })
  transaction!: CreditTransactionType | null;

  @Field(() => BalanceType, {
    description: 'Of the user, after it; null when nothing was done.',
    nullable: true,
  })
  balance!: BalanceType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already did it.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@Resolver()
export class AdjustmentMutations {
  @Mutation(() => AdjustCreditsPayloadType, { description: 'Role: finance.' })
  adjustCredits(
    @Ctx() context: Context,
    @Arg('input', () => AdjustCreditsInputType) input: AdjustCreditsInputType,
  ) {
    const caller = callerOf(context);
    const work = async () => {
      const userId = await adjustedWallet(context.deps, caller, input);
      const asked = { ...input, userId };
      const { journalId, wallet, replayed } = await adjustWithApproval(context.deps, caller, asked);
      return { transaction: () => context.loaders.transactions.load(journalId), balance: wallet, replayed };
    };
    const keyed = { operation: 'adjustCredits', key: input.idempotencyKey };
    return answerKeyed(context, keyed, work);
  }
}

const BalanceConnectionType = connectionType('Balance', BalanceType);

@ArgsType()
class WalletsArguments {
  @Field(() => String, {
    description:
      "Beginning of a user's id, or the whole name or e-mail address; left out: everybody who has or had credits.",
    nullable: true,
  })
  search?: string | null;

  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;
}

@Resolver(() => AdminType)
export class AdminWalletFields {
  @FieldResolver(() => BalanceConnectionType, {
    description:
      'Users by the beginning of the id, or by name or e-mail address, and shared wallets by the beginning of their name, with their balances.',
  })
  async wallets(
    @Ctx() { deps }: Context,
    @Args(() => WalletsArguments) { search, first, after }: WalletsArguments,
  ): Promise<Connection<Wallet>> {
    const called = search ? await Promise.all([usersCalled(deps, search), walletsCalled(deps, search)]) : [];
    const asked = { search, called: called.flat() };
    const page = await listWallets(deps, { ...asked, page: { first, after } });
    return connectionOf(page, () => countWallets(deps, asked));
  }
}
