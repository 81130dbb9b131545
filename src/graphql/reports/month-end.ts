// What a month is closed on.
import { Arg, Ctx, Field, FieldResolver, Int, ObjectType, Resolver } from 'type-graphql';
import type { CreditStatement } from '../../credits/statement';
import type { ProviderName } from '../../providers/provider';
import { monthEnd } from '../../reports/month-end';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { enumOf, ProviderEnum } from '../enums';
import { accountIn } from '../ledger/fields';
import { CreditStatementType, LedgerAccountType } from '../ledger/types';
import { MoneyType } from '../money/types';
import { BigIntString, DateTime } from '../scalars';
import { DateTimeRangeInput } from '../types';

const ProviderMovementEnum = enumOf(
  'ProviderMovement',
  ['payments', 'refunds', 'disputes', 'fees', 'payouts', 'other'] as const,
  'What moved a balance at a provider.',
  {
    payments: 'Money that came.',
    refunds: 'Money that went back, less what failed and came again.',
    disputes: 'What banks took, less what they gave back.',
    fees: 'What the provider kept.',
    payouts: 'What went to the bank account.',
    other: 'Corrections, and lines that are none of these.',
  },
);

@ObjectType('AccountPeriod', {
  description:
    'An account over a period. Credits are positive and debits negative in opening, closing and late.',
  simpleResolvers: true,
})
class AccountPeriodType {
  @Field(() => LedgerAccountType, { description: 'Which one, in which unit.' })
  account!: LedgerAccountType;

  @Field(() => BigIntString, { description: 'Before the period, in minor units or credits.' })
  opening!: bigint;

  @Field(() => BigIntString, { description: 'All debits of the period, positive.' })
  debits!: bigint;

  @Field(() => BigIntString, { description: 'All credits of the period.' })
  credits!: bigint;

  @Field(() => BigIntString, { description: 'opening less debits plus credits.' })
  closing!: bigint;

  @Field(() => BigIntString, {
    description: 'Dated in the period and posted after it closed: in no other figure.',
  })
  late!: bigint;
}

@ObjectType('PackageLiability', {
  description: 'Credits of a package that are still owed.',
  simpleResolvers: true,
})
class PackageLiabilityType {
  @Field(() => String, { nullable: true, description: 'The package; null for what was given.' })
  packageId!: string | null;

  @Field(() => BigIntString, { description: 'Not spent yet: a sum over all users.' })
  credits!: bigint;

  @Field(() => MoneyType, {
    nullable: true,
    description: 'What they were sold for; null for what was given.',
  })
  money!: MoneyType | null;
}

@ObjectType('ProviderPeriod', {
  description: "One kind of movement in our books and in the provider's own.",
  simpleResolvers: true,
})
class ProviderPeriodType {
  @Field(() => ProviderEnum, { description: 'Whose books.' })
  provider!: ProviderName;

  @Field(() => ProviderMovementEnum, { description: 'What moved.' })
  movement!: string;

  @Field(() => MoneyType, { description: 'What we booked; positive is ours.' })
  ours!: MoneyType;

  @Field(() => MoneyType, { description: 'What their books have, as far as a run has read them.' })
  theirs!: MoneyType;
}

@ObjectType('MonthEnd', {
  description: 'What a period is closed on. It stays as it is; what comes too late is told beside it.',
  simpleResolvers: true,
})
class MonthEndType {
  @Field(() => DateTime, { description: 'Beginning of the period, inclusive.' })
  from!: Date;

  @Field(() => DateTime, { description: 'End of the period, exclusive.' })
  to!: Date;

  @Field(() => DateTime, { nullable: true, description: 'The latest posting that is in it; null: none is.' })
  cutOff!: Date | null;

  @Field(() => BigIntString, { description: 'The number of the seal that it closes on; 0: none.' })
  closesOn!: bigint;

  @Field(() => Int, { description: 'Postings that are dated in it and came after it was closed.' })
  latePostings!: number;

  @Field(() => Int, { description: 'Differences to providers that nobody has settled yet, of any time.' })
  openBreaks!: number;

  @Field(() => CreditStatementType, { description: 'What was owed to users.' })
  statement!: CreditStatement;

  @Field(() => [AccountPeriodType], { description: 'Each account in each of its units: the trial balance.' })
  accounts!: AccountPeriodType[];

  @Field(() => [PackageLiabilityType], { description: 'What is owed now, by package and currency.' })
  liabilities!: PackageLiabilityType[];

  @Field(() => [ProviderPeriodType], { description: "Our books beside the providers'." })
  providers!: ProviderPeriodType[];
}

@Resolver(() => AdminType)
export class AdminMonthEndFields {
  @FieldResolver(() => MonthEndType, { description: 'What a period is closed on. Role: finance.' })
  async monthEnd(
    @Ctx() { deps }: Context,
    @Arg('range', () => DateTimeRangeInput, { description: 'Both ends are given.' })
    range: DateTimeRangeInput,
  ) {
    const { accounts, ...rest } = await monthEnd(deps, range);
    return {
      ...rest,
      accounts: accounts.map(({ account, unit, ...sums }) => ({
        ...sums,
        account: accountIn(account, unit),
      })),
    };
  }
}
