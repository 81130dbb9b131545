import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { AccountKind } from '../../credits/chart';
import type { CreditValue } from '../../credits/statement';
import { enumOf } from '../enums';
import { JobType } from '../jobs/types';
import { MoneyType } from '../money/types';
import { countedConnectionType } from '../paging';
import { BigIntString, DateTime } from '../scalars';
import { DateTimeRangeInput, NodeType } from '../types';

const AccountKindEnum = enumOf('AccountKind', ['asset', 'liability', 'revenue', 'expense', 'equity']);
const EntrySideEnum = enumOf('EntrySide', ['debit', 'credit']);

@ObjectType('LedgerAccount', { simpleResolvers: true })
export class LedgerAccountType {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  name!: string;

  @Field(() => AccountKindEnum)
  kind!: AccountKind;

  @Field(() => String)
  unit!: string;
}

@ObjectType('AccountBalance', { simpleResolvers: true })
export class AccountBalanceType {
  @Field(() => LedgerAccountType)
  account!: LedgerAccountType;

  @Field(() => BigIntString)
  balance!: bigint;

  @Field(() => DateTime)
  asOf!: Date;
}

@ObjectType('JournalLine', { simpleResolvers: true })
export class JournalLineType {
  @Field(() => LedgerAccountType)
  account!: LedgerAccountType;

  @Field(() => EntrySideEnum)
  side!: 'debit' | 'credit';

  @Field(() => BigIntString)
  amount!: bigint;

  @Field(() => String, { description: 'INR (minor units) or CREDIT.' })
  unit!: string;
}

@ObjectType('JournalEntry', {
  implements: NodeType,
  description:
    'One balanced double entry: per unit, debits equal credits. Never edited; a mistake is reversed by a new entry.',
  simpleResolvers: true,
})
export class JournalEntryType {
  @Field(() => ID)
  id!: string;

  @Field(() => DateTime)
  postedAt!: Date;
}

export const JournalEntryConnectionType = countedConnectionType('JournalEntry', JournalEntryType);

@InputType('LedgerFilter')
export class LedgerFilterInput {
  @Field(() => String, { nullable: true })
  accountCode?: string | null;

  @Field(() => ID, { nullable: true })
  intentId?: string | null;

  @Field(() => ID, { nullable: true })
  userId?: string | null;

  @Field(() => DateTimeRangeInput, { nullable: true })
  postedAt?: DateTimeRangeInput | null;
}

@ObjectType('CreditValue', { simpleResolvers: true })
export class CreditValueType {
  @Field(() => BigIntString)
  credits!: bigint;

  @Field(() => [MoneyType])
  money!: MoneyType[];
}

@ObjectType('CreditStatement', {
  description:
    'What the product owes its users in credits, for one period: opening plus all movements is closing, in credits and in the money they were sold for.',
  simpleResolvers: true,
})
export class CreditStatementType {
  @Field(() => DateTime)
  from!: Date;

  @Field(() => DateTime)
  to!: Date;

  @Field(() => CreditValueType)
  opening!: CreditValue;

  @Field(() => CreditValueType)
  granted!: CreditValue;

  @Field(() => CreditValueType)
  adjusted!: CreditValue;

  @Field(() => CreditValueType)
  spent!: CreditValue;

  @Field(() => CreditValueType)
  expired!: CreditValue;

  @Field(() => CreditValueType)
  refunded!: CreditValue;

  @Field(() => CreditValueType)
  disputed!: CreditValue;

  @Field(() => CreditValueType)
  closing!: CreditValue;
}

@ObjectType('LedgerCheck', { implements: [NodeType, JobType], simpleResolvers: true })
export class LedgerCheckType {
  @Field(() => ID)
  id!: string;
}
