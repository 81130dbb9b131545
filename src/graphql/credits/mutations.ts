import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { spendCredits } from '../../credits/spend';
import type { Metadata } from '../../kernel/metadata';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answerKeyed } from '../errors';
import { UserErrorType } from '../problems/types';
import { Credits, MetadataScalar } from '../scalars';
import { BalanceType, CreditTransactionType } from './types';

@InputType('SpendCreditsInput')
class SpendCreditsInputType {
  @Field(() => ID, { nullable: true })
  userId?: string | null;

  @Field(() => Credits)
  credits!: bigint;

  @Field(() => String)
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Your own number of it, 1 to 255 characters; it need not be unique. The user can read it.',
  })
  reference?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'For your own books. The user can read it.' })
  metadata?: Metadata | null;

  @Field(() => String)
  idempotencyKey!: string;
}

@ObjectType('SpendCreditsPayload', { simpleResolvers: true })
class SpendCreditsPayloadType {
  @Field(() => CreditTransactionType, { nullable: true })
  transaction!: CreditTransactionType | null;

  @Field(() => BalanceType, { nullable: true })
  balance!: BalanceType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already did it.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@Resolver()
export class CreditMutations {
  @Mutation(() => SpendCreditsPayloadType, {
    description: 'Spend credits. Idempotent by key. Role: user (own) or service.',
  })
  spendCredits(
    @Ctx() context: Context,
    @Arg('input', () => SpendCreditsInputType) input: SpendCreditsInputType,
  ) {
    const work = async () => {
      const { journalId, wallet, replayed } = await spendCredits(context.deps, callerOf(context), input);
      return { transaction: () => context.loaders.transactions.load(journalId), balance: wallet, replayed };
    };
    const keyed = { operation: 'spendCredits', key: input.idempotencyKey };
    return answerKeyed(context, keyed, work);
  }
}
