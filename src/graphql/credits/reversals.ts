// Spends that are given back.
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
import { reverseSpend } from '../../credits/reverse-spend';
import type { CreditTransaction } from '../../credits/transactions';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answerKeyed } from '../errors';
import { UserErrorType } from '../problems/types';
import { Credits } from '../scalars';
import { BalanceType, CreditTransactionType } from './types';

@InputType('ReverseSpendInput', { description: 'Which spend is given back, how much of it, and why.' })
class ReverseSpendInputType {
  @Field(() => ID, {
    description: 'Of the spend, or of the settlement of a hold: ctx_…. Of usage, what it says itself.',
  })
  transactionId!: string;

  @Field(() => Credits, { nullable: true, description: 'At least 1; left out: all that is left of it.' })
  credits?: bigint | null;

  @Field(() => String, { description: 'For operators, 1 to 500 characters; the user does not read it.' })
  reason!: string;

  @Field(() => String, {
    description: 'Made by the client, 1 to 255 characters: the same key and input give back once.',
  })
  idempotencyKey!: string;
}

@ObjectType('ReverseSpendPayload', { description: 'What was given back.', simpleResolvers: true })
class ReverseSpendPayloadType {
  @Field(() => CreditTransactionType, {
    description: 'The booking; null when nothing was done, and where no whole credit came back.',
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

@Resolver(() => CreditTransactionType)
export class ReversedFields {
  @FieldResolver(() => Credits, {
    description: 'Of a spend, how many were given back by reverseSpend; else 0.',
  })
  reversedCredits(@Ctx() { deps }: Context, @Root() { kind, journalId }: CreditTransaction) {
    return kind === 'spend' ? deps.readReversed(journalId) : 0n;
  }
}

@Resolver()
export class ReversalMutations {
  @Mutation(() => ReverseSpendPayloadType, {
    description: 'Give back what a spend took, where its work failed. Role: service or finance.',
  })
  reverseSpend(
    @Ctx() context: Context,
    @Arg('input', () => ReverseSpendInputType) input: ReverseSpendInputType,
  ) {
    const work = async () => {
      const { journalId, wallet, replayed } = await reverseSpend(context.deps, callerOf(context), input);
      return { transaction: () => context.loaders.transactions.load(journalId), balance: wallet, replayed };
    };
    return answerKeyed(context, { operation: 'reverseSpend', key: input.idempotencyKey }, work);
  }
}

/** Whether all of a spend that a repeat found was given back: then nothing is paid for by its key. */
export async function isReversed({ deps, loaders }: Context, journalId: string): Promise<boolean> {
  const usage = await deps.readUsage(journalId);
  if (usage) return usage.reversedMicro === usage.micro && usage.micro > 0n;
  const spend = await loaders.transactions.load(journalId);
  return spend !== null && (await deps.readReversed(journalId)) === -spend.credits;
}
