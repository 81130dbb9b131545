// Levels at which a balance is told to be low.
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import { type LowBalance, setLowBalance } from '../../credits/set-low-balance';
import type { Wallet } from '../../credits/wallet.entity';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime } from '../scalars';
import { WALLET_ID } from '../wallets/named';
import { BalanceType } from './types';

@ObjectType('LowBalance', { description: 'How a balance stands to its levels.', simpleResolvers: true })
class LowBalanceType {
  @Field(() => [Credits], { description: 'In credits, the lowest first; per cents are worked out.' })
  levels!: bigint[];

  @Field(() => Credits, {
    nullable: true,
    description: 'The lowest level that `available` has come down to, 0 when nothing is left; null: none.',
  })
  level!: bigint | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when it is low; null: it is not.' })
  since!: Date | null;

  @Field(() => Int, { description: 'How often it was told; the `sequence` of the last event.' })
  episode!: number;
}

@InputType('LowLevelInput', { description: 'A level: exactly one of the two.' })
class LowLevelInputType {
  @Field(() => Credits, { nullable: true, description: 'At so many credits that can be spent, or fewer.' })
  credits?: bigint | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Per cent of the credits of the last purchase, 1 to 100, rounded up.',
  })
  percentOfLastPurchase?: number | null;
}

@InputType('SetLowBalanceInput', { description: 'When a balance is told to be low.' })
class SetLowBalanceInputType {
  @Field(() => ID, { description: "Service and support: whose. Left out: the caller's own.", nullable: true })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => [LowLevelInputType], {
    description: 'At most 3, in the place of those before; none: nothing is told.',
  })
  levels!: LowLevelInputType[];

  @Field(() => Int, {
    nullable: true,
    description: 'So many seconds the same level is not told of again, 0 to 604800; left out: 21600.',
  })
  quietSeconds?: number | null;
}

@ObjectType('SetLowBalancePayload', { description: 'The balance with its levels.', simpleResolvers: true })
class SetLowBalancePayloadType {
  @Field(() => BalanceType, { nullable: true, description: 'Null when nothing was done.' })
  balance!: BalanceType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@Resolver(() => BalanceType)
export class LowBalanceFields {
  @FieldResolver(() => LowBalanceType, {
    nullable: true,
    description: 'Its levels, and which of them it has come down to; null when none are set.',
  })
  lowBalance(@Ctx() { deps }: Context, @Root() { userId }: Wallet): Promise<LowBalance | null> {
    return deps.readLowBalance(userId);
  }
}

@Resolver()
export class LowBalanceMutations {
  @Mutation(() => SetLowBalancePayloadType, {
    description:
      'Set when a balance is told to be low. Role: user (own, or an owner or manager of a shared wallet), service or support.',
  })
  setLowBalance(
    @Ctx() context: Context,
    @Arg('input', () => SetLowBalanceInputType) input: SetLowBalanceInputType,
  ) {
    return answer(context, async () => ({
      balance: await setLowBalance(context.deps, callerOf(context), input),
    }));
  }
}
