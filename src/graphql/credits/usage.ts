// What was used, added up.
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { addedUpTo } from '../../credits/add-up-usage';
import type { UsageDay } from '../../credits/usage.entity';
import {
  type DayTotal,
  listUsageDays,
  type SpenderTotal,
  type UsageDayFilter,
  type UsageTotal,
  usageByDay,
  usageBySpender,
  usageTotals,
} from '../../credits/usage-report';
import { callerOf, walletAsked } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { type Connection, connectionOf } from '../paging';
import { BigIntString, DateTime } from '../scalars';
import { DateTimeRangeInput, PageInfoType } from '../types';
import { WALLET_ID } from '../wallets/named';

@ObjectType('UsageTotal', {
  description: 'What was used of an operation in a span of days.',
  simpleResolvers: true,
})
class UsageTotalType {
  @Field(() => String, { description: 'Code of the operation.' })
  operation!: string;

  @Field(() => BigIntString, { description: 'How often, also where it was given back.' })
  uses!: bigint;

  @Field(() => BigIntString, { description: 'In units of the operation, less what was given back.' })
  quantity!: bigint;

  @Field(() => BigIntString, {
    description: 'Its price in millionths of a credit, less what was given back.',
  })
  micro!: bigint;
}

@ObjectType('UsageDayTotal', {
  description: 'What was used in a day, of all operations.',
  simpleResolvers: true,
})
class UsageDayTotalType {
  @Field(() => DateTime, { description: 'Beginning of the day, in UTC.' })
  day!: Date;

  @Field(() => BigIntString, { description: 'How often, also where it was given back.' })
  uses!: bigint;

  @Field(() => BigIntString, {
    description: 'Its price in millionths of a credit, less what was given back in this day.',
  })
  micro!: bigint;
}

@ObjectType('UsageSpender', { description: 'What one member, or one API key, used.', simpleResolvers: true })
class UsageSpenderType {
  @Field(() => ID, {
    nullable: true,
    description: 'The member; null: none was named, and of all users together.',
  })
  memberId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "The API key; null: the user's own token. For users all keys are added up.",
  })
  apiKeyId!: string | null;

  @Field(() => BigIntString, { description: 'How often, also where it was given back.' })
  uses!: bigint;

  @Field(() => BigIntString, {
    description: 'Its price in millionths of a credit, less what was given back.',
  })
  micro!: bigint;
}

@ObjectType('UsageDay', { description: 'What was used of an operation in a day by one spender.' })
class UsageDayType {
  @Field(() => DateTime, { description: 'Beginning of the day, in UTC.' })
  day!: Date;

  @Field(() => String, { description: 'Code of the operation.' })
  operation!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The member who used it; null: none was named, and of all users together.',
  })
  memberId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The API key by which it was used. Masked to null (no error) for users.',
  })
  apiKeyId!: string | null;

  @Field(() => BigIntString, { description: 'How often, also where it was given back.' })
  uses!: bigint;

  @Field(() => BigIntString, {
    description: 'In units of the operation, less what was given back in this day.',
  })
  quantity!: bigint;

  @Field(() => BigIntString, {
    description: 'Its price in millionths of a credit, less what was given back in this day.',
  })
  micro!: bigint;
}

@ObjectType('UsageDays', { description: 'One page of days.', simpleResolvers: true })
class UsageDaysType {
  @Field(() => [UsageDayType], {
    description: 'The newest first, those of a day by the code of the operation.',
  })
  nodes!: UsageDayType[];

  @Field(() => PageInfoType, { description: 'Whether there is more, and where to go on.' })
  pageInfo!: PageInfoType;
}

@ObjectType('UsageReport', { description: 'What was used, added up some seconds later.' })
class UsageReportType {
  @Field(() => DateTime, { description: 'What was used before this instant is in it.' })
  upTo!: Date;

  @Field(() => [UsageTotalType], { description: 'By operation, in the order of their codes.' })
  operations!: UsageTotalType[];

  @Field(() => UsageDaysType, {
    description: 'By day, operation, member and API key, the newest first.',
  })
  days!: UsageDaysType;

  @Field(() => [UsageDayTotalType], { description: 'By day alone, the newest first, at most 366.' })
  byDay!: UsageDayTotalType[];

  @Field(() => [UsageSpenderType], {
    description: 'By member and API key, what cost the most first, at most 100.',
  })
  spenders!: UsageSpenderType[];
}

@InputType('UsageFilter', { description: 'All given conditions must hold.' })
export class UsageFilterInput {
  @Field(() => ID, { nullable: true, description: 'Only of this person.' })
  userId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only of this operation.' })
  operation?: string | null;

  @Field(() => DateTimeRangeInput, { nullable: true, description: 'Span of time in which it was used.' })
  at?: DateTimeRangeInput | null;
}

@ArgsType()
class UsageArguments {
  @Field(() => ID, { description: "Service and support: whose. Left out: the caller's own.", nullable: true })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only of this operation.' })
  operation?: string | null;

  @Field(() => DateTimeRangeInput, { nullable: true, description: 'Days that begin in it; left out: all.' })
  span?: DateTimeRangeInput | null;
}

@Resolver(() => UsageReportType)
export class UsageReportFields {
  @FieldResolver(() => DateTime)
  upTo(@Ctx() { deps }: Context): Promise<Date> {
    return addedUpTo(deps);
  }

  @FieldResolver(() => [UsageTotalType])
  operations(@Ctx() { deps }: Context, @Root() filter: UsageDayFilter): Promise<UsageTotal[]> {
    return usageTotals(deps, filter);
  }

  @FieldResolver(() => [UsageDayTotalType])
  byDay(@Ctx() { deps }: Context, @Root() filter: UsageDayFilter): Promise<DayTotal[]> {
    return usageByDay(deps, filter);
  }

  @FieldResolver(() => [UsageSpenderType])
  spenders(@Ctx() context: Context, @Root() filter: UsageDayFilter): Promise<SpenderTotal[]> {
    return usageBySpender(context.deps, filter, callerOf(context).role !== 'user');
  }

  @FieldResolver(() => UsageDaysType)
  async days(
    @Ctx() { deps }: Context,
    @Root() filter: UsageDayFilter,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20 }) first?: number | null,
    @Arg('after', () => String, { nullable: true }) after?: string | null,
  ): Promise<Pick<Connection<UsageDay>, 'nodes' | 'pageInfo'>> {
    return connectionOf(await listUsageDays(deps, filter, { first, after }), async () => 0);
  }
}

@Resolver(() => UsageDayType)
export class UsageDayFields {
  @FieldResolver(() => ID, { nullable: true })
  memberId(@Root() { memberId }: UsageDay): string | null {
    return memberId || null;
  }

  @FieldResolver(() => ID, { nullable: true })
  apiKeyId(@Ctx() context: Context, @Root() { apiKeyId }: UsageDay): string | null {
    return callerOf(context).role === 'user' ? null : apiKeyId || null;
  }
}

@Resolver()
export class UsageResolver {
  @Query(() => UsageReportType, {
    description: 'What was used, by operation and by day; service and support may pass userId.',
  })
  async usage(
    @Ctx() context: Context,
    @Args(() => UsageArguments) { userId, walletId, operation, span }: UsageArguments,
  ): Promise<UsageDayFilter> {
    const { id } = await walletAsked(context, { userId, walletId }, 'manager');
    return { userId: id, operation, span };
  }
}

@Resolver(() => AdminType)
export class AdminUsageFields {
  @FieldResolver(() => UsageReportType, {
    description: 'What all users together used, by operation and by day.',
  })
  usage(
    @Arg('operation', () => String, { nullable: true, description: 'Only of this operation.' })
    operation?: string | null,
    @Arg('span', () => DateTimeRangeInput, {
      nullable: true,
      description: 'Days that begin in it; left out: all.',
    })
    span?: DateTimeRangeInput | null,
  ): UsageDayFilter {
    return { userId: '', operation, span };
  }
}
