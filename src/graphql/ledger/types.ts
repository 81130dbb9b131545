import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type { AccountKind } from '../../credits/chart';
import type { CreditValue } from '../../credits/statement';
import { enumOf } from '../enums';
import { JobType } from '../jobs/types';
import { MoneyType } from '../money/types';
import { connectionType } from '../paging';
import { BigIntString, DateTime } from '../scalars';
import { DateTimeRangeInput, NodeType } from '../types';

const AccountKindEnum = enumOf(
  'AccountKind',
  ['asset', 'liability', 'revenue', 'expense', 'equity'],
  'Assets and expenses grow by debits, all others by credits.',
  {
    asset: 'What we have, or are owed.',
    liability: 'What we owe: to users, or money that bought nothing.',
    revenue: 'What was earned.',
    expense: 'What it cost.',
    equity: 'The other side of credits, which are no money.',
  },
);
const EntrySideEnum = enumOf('EntrySide', ['debit', 'credit'], 'The column of a double entry.', {
  debit: 'Left: assets and expenses grow.',
  credit: 'Right: liabilities, revenue and equity grow. Not the credits that are sold.',
});

@ObjectType('LedgerAccount', { description: 'An account of the chart, in one unit.', simpleResolvers: true })
export class LedgerAccountType {
  @Field(() => String, { description: 'Short name that filters take, e.g. unapplied.' })
  code!: string;

  @Field(() => String, { description: 'For a person.' })
  name!: string;

  @Field(() => AccountKindEnum, { description: 'Which side of it grows.' })
  kind!: AccountKind;

  @Field(() => String, { description: 'INR or another currency in minor units, or CREDIT.' })
  unit!: string;
}

@ObjectType('AccountBalance', { description: 'What stands on an account.', simpleResolvers: true })
export class AccountBalanceType {
  @Field(() => LedgerAccountType, { description: 'Which one, in which unit.' })
  account!: LedgerAccountType;

  @Field(() => BigIntString, {
    description: 'In minor units or credits, positive on the side on which the account grows.',
  })
  balance!: bigint;

  @Field(() => DateTime, { description: 'The instant that it is of.' })
  asOf!: Date;
}

@ObjectType('JournalLine', { description: 'One side of a posting.', simpleResolvers: true })
export class JournalLineType {
  @Field(() => LedgerAccountType, { description: 'What it moves.' })
  account!: LedgerAccountType;

  @Field(() => EntrySideEnum, { description: 'Which column it stands in.' })
  side!: 'debit' | 'credit';

  @Field(() => BigIntString, { description: 'Always positive, in `unit`.' })
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

  @Field(() => DateTime, { description: 'When it was booked; lists are in this order.' })
  postedAt!: Date;
}

export const JournalEntryConnectionType = connectionType('JournalEntry', JournalEntryType);

@InputType('LedgerFilter', { description: 'Which postings; all given conditions must hold.' })
export class LedgerFilterInput {
  @Field(() => String, { description: 'With a line on this account.', nullable: true })
  accountCode?: string | null;

  @Field(() => ID, { description: 'That belong to this purchase.', nullable: true })
  intentId?: string | null;

  @Field(() => ID, { description: "That moved this user's credits.", nullable: true })
  userId?: string | null;

  @Field(() => DateTimeRangeInput, { description: 'Span of time in which they were booked.', nullable: true })
  postedAt?: DateTimeRangeInput | null;
}

@ObjectType('CreditValue', {
  description: 'Credits, and the money that they were sold for.',
  simpleResolvers: true,
})
export class CreditValueType {
  @Field(() => BigIntString, { description: 'How many, whole.' })
  credits!: bigint;

  @Field(() => [MoneyType], { description: 'What they were sold for, one sum for each currency.' })
  money!: MoneyType[];
}

@ObjectType('CreditStatement', {
  description:
    'What the product owes its users in credits, for one period: opening plus all movements is closing, in credits and in the money they were sold for.',
  simpleResolvers: true,
})
export class CreditStatementType {
  @Field(() => DateTime, { description: 'Beginning of the period, inclusive.' })
  from!: Date;

  @Field(() => DateTime, { description: 'End of the period, exclusive.' })
  to!: Date;

  @Field(() => CreditValueType, { description: 'Owed to users at the beginning.' })
  opening!: CreditValue;

  @Field(() => CreditValueType, { description: 'Sold, and paid for.' })
  granted!: CreditValue;

  @Field(() => CreditValueType, { description: 'Given by campaigns, less what was revoked of it.' })
  promotional!: CreditValue;

  @Field(() => CreditValueType, { description: 'Given or taken by hand.' })
  adjusted!: CreditValue;

  @Field(() => CreditValueType, {
    description: 'Used up by users, less what was given back: the money for it is earned.',
  })
  spent!: CreditValue;

  @Field(() => CreditValueType, { description: 'Lost by users because their time was over.' })
  expired!: CreditValue;

  @Field(() => CreditValueType, { description: 'Taken back because money went back.' })
  refunded!: CreditValue;

  @Field(() => CreditValueType, { description: 'Taken back or returned because a bank decided.' })
  disputed!: CreditValue;

  @Field(() => CreditValueType, { description: 'Owed to users at the end.' })
  closing!: CreditValue;
}

@ObjectType('LedgerCheck', {
  description:
    'A reading of the ledger: sums, seals, and what the books say of wallets. Whole when somebody asked for it; the daily one reads what is new and a piece of the rest.',
  implements: [NodeType, JobType],
  simpleResolvers: true,
})
export class LedgerCheckType {
  @Field(() => ID)
  id!: string;
}
