// Many spends in one call.
import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { type SpendResult, spendMany } from '../../credits/spend-many';
import type { Metadata } from '../../kernel/metadata';
import { callerOf } from '../access';
import type { Context } from '../context';
import { enumOf } from '../enums';
import { answer, problemAt } from '../errors';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime, MetadataScalar } from '../scalars';
import { WALLET_ID } from '../wallets/named';
import { isReversed } from './reversals';
import { CreditTransactionType } from './types';
import { UsageChargeType, UsageInputType } from './usage-types';

@InputType('SpendItemInput', { description: 'One spend of many.' })
class SpendItemInputType {
  @Field(() => ID, { nullable: true, description: 'Whose credits: this or walletId.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'By which member of the user or the shared wallet, 1 to 255 characters. Limits of that member bind it.',
  })
  memberId?: string | null;

  @Field(() => Credits, {
    nullable: true,
    description: 'Whole credits, at least 1. All or nothing. Either this or usage.',
  })
  credits?: bigint | null;

  @Field(() => [UsageInputType], {
    nullable: true,
    description: 'What was used, 1 to 20 parts, instead of credits.',
  })
  usage?: UsageInputType[] | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was used, in the last 24 hours; left out: now.',
  })
  occurredAt?: Date | null;

  @Field(() => String, { description: 'What for, 1 to 500 characters. The user reads it.' })
  reason!: string;

  @Field(() => String, {
    description:
      'Made by the client, 1 to 255 characters: the same key and input of a user spend once, whether by spendMany or by spendCredits.',
  })
  key!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Your own number of it, 1 to 255 characters; it need not be unique. The user can read it.',
  })
  reference?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'For your own books. The user can read it.' })
  metadata?: Metadata | null;
}

@InputType('SpendManyInput', { description: 'What is spent, and whose.' })
class SpendManyInputType {
  @Field(() => [SpendItemInputType], {
    description: '1 to 1,000. Each is spent or refused by itself, those of one user in their order.',
  })
  items!: SpendItemInputType[];
}

const SpendOutcomeEnum = enumOf(
  'SpendOutcome',
  ['spent', 'replayed', 'refused'],
  'What became of one spend of many.',
  {
    spent: 'The credits are taken.',
    replayed: 'An earlier call took them under this key.',
    refused: 'Nothing was taken: see `error`.',
  },
);

@ObjectType('SpendResult', { description: 'What became of one spend of a call.', simpleResolvers: true })
class SpendResultType {
  @Field(() => String, { description: 'As it was sent.' })
  key!: string;

  @Field(() => SpendOutcomeEnum, { description: 'Whether credits were taken.' })
  outcome!: 'spent' | 'replayed' | 'refused';

  @Field(() => CreditTransactionType, {
    nullable: true,
    description: 'Null when it was refused, and of usage that makes no whole credit yet.',
  })
  transaction!: CreditTransactionType | null;

  @Field(() => UsageChargeType, {
    nullable: true,
    description: 'What usage came to; null of whole credits, and when it was refused.',
  })
  usage!: UsageChargeType | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True when all that this key spent was given back: its work is not paid for. Null when it was refused.',
  })
  reversed!: boolean | null;

  @Field(() => UserErrorType, { nullable: true, description: 'Why it was refused; else null.' })
  error!: UserErrorType | null;
}

@ObjectType('SpendManyPayload', { description: 'What became of each spend.', simpleResolvers: true })
class SpendManyPayloadType {
  @Field(() => [SpendResultType], { description: 'In the order in which they were sent.' })
  results!: SpendResultType[];

  @Field(() => [UserErrorType], { description: 'About the call as a whole.' })
  errors!: UserErrorType[];
}

@Resolver()
export class SpendManyMutations {
  @Mutation(() => SpendManyPayloadType, {
    description: 'Spend up to 1,000 times in one call. Idempotent by the key of each. Role: service.',
  })
  spendMany(@Ctx() context: Context, @Arg('input', () => SpendManyInputType) input: SpendManyInputType) {
    const work = async () => {
      const results = await spendMany(context.deps, callerOf(context), input);
      return {
        results: results.map((result, nth) => shown(context, result, nth, !!input.items[nth]?.usage)),
      };
    };
    return answer(context, work, { results: [] });
  }
}

function shown(context: Context, result: SpendResult, nth: number, isByUsage: boolean) {
  const { key, outcome } = result;
  if (result.outcome === 'refused') {
    const error = problemAt(result.problem, ['input', 'items', String(nth)]);
    return { key, outcome, transaction: null, usage: null, reversed: null, error };
  }
  const { journalId, transaction } = result;
  return {
    ...{ key, outcome, error: null },
    transaction: () => transaction ?? context.loaders.transactions.load(journalId),
    usage: () => (isByUsage ? context.deps.readUsage(journalId) : null),
    reversed: () => (outcome === 'replayed' ? isReversed(context, journalId) : false),
  };
}
