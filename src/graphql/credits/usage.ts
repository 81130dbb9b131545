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
import { DateTime } from '../scalars';
import { DateTimeRangeInput } from '../types';
import { WALLET_ID } from '../wallets/named';
import {
  UsageDaysType,
  UsageDayTotalType,
  UsageDayType,
  UsageReportType,
  UsageSpenderType,
  UsageTotalType,
} from './usage-report-types';

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
