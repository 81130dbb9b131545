import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { TRANSACTION_TYPES, type TransactionType } from '../../credits/transaction-types';
import { enumOf } from '../enums';
import { Credits, DateTime } from '../scalars';
import { DateTimeRangeInput, MetadataFilterInput, NodeType } from '../types';

export const CreditTransactionTypeEnum = enumOf('CreditTransactionType', TRANSACTION_TYPES);

@ObjectType('Balance', {
  description: "A user's credits. `version` grows by one with each change of balance, held, frozen or owed.",
  implements: NodeType,
  simpleResolvers: true,
})
export class BalanceType {
  @Field(() => ID)
  userId!: string;

  @Field(() => Int)
  version!: number;

  @Field(() => DateTime)
  updatedAt!: Date;
}

@ObjectType('CreditExpiry', { simpleResolvers: true })
export class CreditExpiryType {
  @Field(() => Credits)
  credits!: bigint;

  @Field(() => DateTime)
  at!: Date;
}

@ObjectType('CreditLot', { simpleResolvers: true })
export class CreditLotType {
  @Field(() => Credits)
  granted!: bigint;

  @Field(() => Credits)
  remaining!: bigint;

  @Field(() => DateTime, { nullable: true })
  expiresAt!: Date | null;

  @Field(() => DateTime)
  createdAt!: Date;
}

@ObjectType('HistoricBalance', {
  description:
    "The same figures at a past instant. A type of its own, so that a cache never takes it for today's.",
  simpleResolvers: true,
})
export class HistoricBalanceType {
  @Field(() => ID)
  userId!: string;

  @Field(() => DateTime)
  at!: Date;
}

@ObjectType('CreditTransaction', { implements: NodeType, simpleResolvers: true })
export class CreditTransactionType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  userId!: string;

  @Field(() => String, { nullable: true, description: 'What the user is told.' })
  publicReason!: string | null;

  @Field(() => DateTime)
  createdAt!: Date;
}

@InputType('CreditTransactionFilter')
export class CreditTransactionFilterInput {
  @Field(() => [CreditTransactionTypeEnum], { nullable: true })
  type?: TransactionType[] | null;

  @Field(() => DateTimeRangeInput, { nullable: true })
  createdAt?: DateTimeRangeInput | null;

  @Field(() => String, { nullable: true })
  reference?: string | null;

  @Field(() => MetadataFilterInput, { nullable: true })
  metadata?: MetadataFilterInput | null;
}
