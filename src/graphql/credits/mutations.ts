import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { spendCredits } from '../../credits/spend';
import type { Metadata } from '../../kernel/metadata';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answerKeyed } from '../errors';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime, MetadataScalar } from '../scalars';
import { WALLET_ID } from '../wallets/named';
import { isReversed } from './reversals';
import { BalanceType, CreditTransactionType } from './types';
import { UsageChargeType, UsageInputType } from './usage-types';

@InputType('SpendCreditsInput', { description: 'How many credits, for what, and whose.' })
class SpendCreditsInputType {
  @Field(() => ID, { description: "Service only: whose. Left out: the caller's own.", nullable: true })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Service only: by which member of the user or the shared wallet, 1 to 255 characters. Limits of that member bind it. A member spends by their own name.',
  })
  memberId?: string | null;

  @Field(() => Credits, {
    nullable: true,
    description: 'Whole credits, at least 1. All or nothing. Either this or usage.',
  })
  credits?: bigint | null;

  @Field(() => [UsageInputType], {
    nullable: true,
    description: 'What was used, 1 to 20 parts, instead of credits: the rates in force say what it costs.',
  })
  usage?: UsageInputType[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When it was used, in the last 24 hours: usage has the price that it had then. Left out: now.',
  })
  occurredAt?: Date | null;

  @Field(() => String, { description: 'What for, 1 to 500 characters. The user reads it.' })
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Your own number of it, 1 to 255 characters; it need not be unique. The user can read it.',
  })
  reference?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'For your own books. The user can read it.' })
  metadata?: Metadata | null;

  @Field(() => String, {
    description: 'Made by the client, 1 to 255 characters: the same key and input spend once.',
  })
  idempotencyKey!: string;
}

@ObjectType('SpendCreditsPayload', { description: 'What was spent and what is left.', simpleResolvers: true })
class SpendCreditsPayloadType {
  @Field(() => CreditTransactionType, {
    description: 'The booking; null when nothing was done, and of usage that makes no whole credit yet.',
    nullable: true,
  })
  transaction!: CreditTransactionType | null;

  @Field(() => UsageChargeType, {
    nullable: true,
    description: 'What usage came to; null of whole credits, and when nothing was done.',
  })
  usage!: UsageChargeType | null;

  @Field(() => BalanceType, {
    description: 'Of the user, after it; null when nothing was done.',
    nullable: true,
  })
  balance!: BalanceType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already did it.' })
  replayed!: boolean;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True when all that this key spent was given back: its work is not paid for, and another try takes another key. Null when nothing was done.',
  })
  reversed!: boolean | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@Resolver()
export class CreditMutations {
  @Mutation(() => SpendCreditsPayloadType, {
    description: 'Spend credits. Idempotent by key. Role: user (own, or a shared wallet) or service.',
  })
  spendCredits(
    @Ctx() context: Context,
    @Arg('input', () => SpendCreditsInputType) input: SpendCreditsInputType,
  ) {
    const work = async () => {
      const spent = await spendCredits(context.deps, callerOf(context), input);
      const { journalId, wallet, replayed } = spent;
      const transaction = () => spent.transaction ?? context.loaders.transactions.load(journalId);
      const reversed = () => (replayed ? isReversed(context, journalId) : false);
      const usage = () => (input.usage ? context.deps.readUsage(journalId) : null);
      return { transaction, usage, balance: wallet, replayed, reversed };
    };
    const keyed = { operation: 'spendCredits', key: input.idempotencyKey };
    return answerKeyed(context, keyed, work);
  }
}
