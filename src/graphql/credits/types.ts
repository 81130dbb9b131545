import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { TRANSACTION_TYPES, type TransactionType } from '../../credits/transaction-types';
import { enumOf } from '../enums';
import { Credits, DateTime } from '../scalars';
import { DateTimeRangeInput, MetadataFilterInput, NodeType } from '../types';

export const CreditTransactionTypeEnum = enumOf(
  'CreditTransactionType',
  TRANSACTION_TYPES,
  'Why credits moved.',
  {
    purchase: 'Bought.',
    spend: 'Used up, at once or from a hold.',
    refund: 'Taken back because money went back to the payer.',
    adjustment: 'Given or taken by hand; also a debt that a purchase paid.',
    expiry: 'Lost because their time was over.',
    chargeback: 'Taken back because a bank decided for the payer.',
    promo: 'Given by a campaign.',
    promo_revoked: 'Taken back of what a campaign gave.',
    spend_reversal: 'A spend that was given back, or a part of it.',
    transfer: 'Moved to another wallet, or from one.',
    reversal: 'Returned because a refund failed or a dispute was won after all.',
  },
);

@ObjectType('Balance', {
  description: "A user's credits. `version` grows by one with each change of balance, held, frozen or owed.",
  implements: NodeType,
  simpleResolvers: true,
})
export class BalanceType {
  @Field(() => ID, { description: "Whose it is, as in the token's `sub`; of a shared wallet its id." })
  userId!: string;

  @Field(() => Int, { description: 'Of two copies the one with the higher number is newer.' })
  version!: number;

  @Field(() => DateTime, { description: 'When the version last grew; 1970 for who never had credits.' })
  updatedAt!: Date;
}

@ObjectType('CreditExpiry', {
  description: 'Credits that are lost together if nobody spends them.',
  simpleResolvers: true,
})
export class CreditExpiryType {
  @Field(() => Credits, { description: 'So many expire at that instant.' })
  credits!: bigint;

  @Field(() => DateTime, { description: 'From then on they cannot be spent.' })
  at!: Date;
}

@ObjectType('CreditLot', {
  description: 'What is left of one grant of credits; the soonest to expire are spent first.',
  simpleResolvers: true,
})
export class CreditLotType {
  @Field(() => Credits, { description: 'Credits at the beginning.' })
  granted!: bigint;

  @Field(() => Credits, { description: 'Credits that are not spent, expired or taken back.' })
  remaining!: bigint;

  @Field(() => DateTime, { description: 'When what is left is lost; null: never.', nullable: true })
  expiresAt!: Date | null;

  @Field(() => DateTime, { description: 'When they were granted.' })
  createdAt!: Date;
}

@ObjectType('HistoricBalance', {
  description:
    "The same figures at a past instant. A type of its own, so that a cache never takes it for today's.",
  simpleResolvers: true,
})
export class HistoricBalanceType {
  @Field(() => ID, { description: "The token's `sub` of whoever had it." })
  userId!: string;

  @Field(() => DateTime, { description: 'The instant that was asked for.' })
  at!: Date;
}

@ObjectType('CreditTransaction', {
  description: "One movement of a user's credits, as the ledger booked it. Never changed.",
  implements: NodeType,
  simpleResolvers: true,
})
export class CreditTransactionType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'Whose credits moved.' })
  userId!: string;

  @Field(() => String, { nullable: true, description: 'What the user is told.' })
  publicReason!: string | null;

  @Field(() => DateTime, { description: 'When it was booked; lists are in this order.' })
  createdAt!: Date;
}

@InputType('CreditTransactionFilter', {
  description: 'Which movements; all given conditions must hold, a list means any of.',
})
export class CreditTransactionFilterInput {
  @Field(() => [CreditTransactionTypeEnum], { description: 'Any of these kinds.', nullable: true })
  type?: TransactionType[] | null;

  @Field(() => DateTimeRangeInput, { description: 'Span of time in which they were booked.', nullable: true })
  createdAt?: DateTimeRangeInput | null;

  @Field(() => String, { description: "Exactly this number of the caller's own.", nullable: true })
  reference?: string | null;

  @Field(() => MetadataFilterInput, { description: 'With this key and value.', nullable: true })
  metadata?: MetadataFilterInput | null;

  @Field(() => ID, { description: 'Only what this member spent.', nullable: true })
  memberId?: string | null;

  @Field(() => ID, {
    description: 'Only what was spent with this API key. For services and operators: others find nothing.',
    nullable: true,
  })
  apiKeyId?: string | null;
}
