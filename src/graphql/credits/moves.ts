// Credits that go from one wallet to another.
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
import { moveCredits } from '../../credits/move-credits';
import type { CreditTransaction } from '../../credits/transactions';
import type { Wallet } from '../../credits/wallet.entity';
import { standingOf } from '../../wallets/membership';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answerKeyed } from '../errors';
import { UserErrorType } from '../problems/types';
import { Credits } from '../scalars';
import { WALLET_ID } from '../wallets/named';
import { BalanceType, CreditTransactionType } from './types';

@InputType('MoveCreditsInput', { description: 'Whose credits go to whom, how many, and why.' })
class MoveCreditsInputType {
  @Field(() => ID, { nullable: true, description: 'Whose they are: this or walletId.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => ID, { nullable: true, description: 'To whom they go: this or toWalletId.' })
  toUserId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The shared wallet to which they go, wal_….' })
  toWalletId?: string | null;

  @Field(() => Credits, { description: 'At least 1, and no more than balance.movable.' })
  credits!: bigint;

  @Field(() => Credits, {
    nullable: true,
    description: 'balance.movable as it was shown: when it is another by now nothing is moved.',
  })
  seenMovable?: bigint | null;

  @Field(() => String, { description: 'For operators, 1 to 500 characters; no user reads it.' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'What both sides are told.' })
  publicReason?: string | null;

  @Field(() => String, {
    description: 'Made by the client, 1 to 255 characters: the same key and input move once.',
  })
  idempotencyKey!: string;
}

@ObjectType('MoveCreditsPayload', {
  description: 'The booking, and both wallets after it.',
  simpleResolvers: true,
})
class MoveCreditsPayloadType {
  @Field(() => CreditTransactionType, {
    description: 'The booking of the wallet that they left; null when nothing was done.',
    nullable: true,
  })
  transaction!: CreditTransactionType | null;

  @Field(() => BalanceType, {
    description: 'Of that wallet, after it; null when nothing was done.',
    nullable: true,
  })
  balance!: BalanceType | null;

  @Field(() => BalanceType, {
    description: 'Of the wallet that they came to, what it owed paid; null when nothing was done.',
    nullable: true,
  })
  toBalance!: BalanceType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already did it.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@Resolver()
export class MoveMutations {
  @Mutation(() => MoveCreditsPayloadType, {
    description:
      'Move bought credits to another wallet, with their price and their end. No spend: it counts in no limit. Role: service or finance.',
  })
  moveCredits(
    @Ctx() context: Context,
    @Arg('input', () => MoveCreditsInputType) input: MoveCreditsInputType,
  ) {
    const work = async () => {
      const { journalId, from, to, replayed } = await moveCredits(context.deps, callerOf(context), input);
      return {
        transaction: () => context.loaders.transactions.load(journalId),
        ...{ balance: from, toBalance: to, replayed },
      };
    };
    return answerKeyed(context, { operation: 'moveCredits', key: input.idempotencyKey }, work);
  }
}

@Resolver(() => BalanceType)
export class MovableFields {
  @FieldResolver(() => Credits, {
    description:
      'Part that moveCredits may move: bought, not on hold, not frozen, of no purchase in dispute or under review.',
  })
  async movable(@Ctx() { deps }: Context, @Root() { userId }: Wallet): Promise<bigint> {
    return (await deps.readMovable(userId)).credits;
  }
}

@Resolver(() => CreditTransactionType)
export class TransferFields {
  @FieldResolver(() => ID, {
    nullable: true,
    description:
      'Of a transfer, whose wallet is the other side: a user, or a shared wallet. Null for who does not see that wallet, and of all else.',
  })
  async otherWalletId(
    @Ctx() context: Context,
    @Root() { kind, journalId }: CreditTransaction,
  ): Promise<string | null> {
    if (kind !== 'transfer') return null;
    const other = await context.deps.readOtherWallet(journalId);
    const sees = other !== null && (await standingOf(context.deps, callerOf(context), other)) !== null;
    return sees ? other : null;
  }
}
