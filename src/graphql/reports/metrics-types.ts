import { Field, Float, ObjectType } from 'type-graphql';
import { BUCKETS } from '../../reports/metrics';
import { enumOf } from '../enums';
import { MoneyType } from '../money/types';
import { PackageType } from '../packages/types';
import { Credits, CurrencyCode, DateTime, SafeInt } from '../scalars';

export const MetricBucketEnum = enumOf('MetricBucket', BUCKETS, 'How long one step of a series is.', {
  minute: '60 seconds.',
  hour: '60 minutes.',
  day: 'From midnight to midnight in `timezone`.',
  week: 'Monday to Sunday in `timezone`.',
  month: 'By the calendar in `timezone`.',
});

@ObjectType('CurrencyTotals', { description: 'What was sold in one currency.', simpleResolvers: true })
export class CurrencyTotalsType {
  @Field(() => CurrencyCode, { description: 'Of the sums.' })
  currency!: string;

  @Field(() => MoneyType, { description: 'All that was paid.' })
  gross!: MoneyType;

  @Field(() => MoneyType, { description: 'All that went back.' })
  refunded!: MoneyType;

  @Field(() => MoneyType, { description: 'What was paid less what went back.' })
  net!: MoneyType;

  @Field(() => SafeInt, { description: 'Purchases that succeeded.' })
  payments!: number;

  @Field(() => Float, {
    description: 'Share of finished purchases that succeeded, 0 to 1; 0 when there were none.',
  })
  successRate!: number;

  @Field(() => Credits, { description: 'The most that Credits can say, where there were more.' })
  creditsSold!: bigint;
}

@ObjectType('MetricPoint', { description: 'One step of the series.', simpleResolvers: true })
export class MetricPointType {
  @Field(() => DateTime, { description: 'Where the step begins.' })
  at!: Date;

  @Field(() => MoneyType, { description: 'What was paid in it.' })
  gross!: MoneyType;

  @Field(() => MoneyType, { description: 'What went back in it.' })
  refunded!: MoneyType;

  @Field(() => SafeInt, { description: 'Purchases that ended paid.' })
  succeeded!: number;

  @Field(() => SafeInt, { description: 'Purchases that ended failed.' })
  failed!: number;

  @Field(() => SafeInt, { description: 'Purchases that ended canceled.' })
  canceled!: number;

  @Field(() => SafeInt, {
    description:
      'In 19 of 20 purchases it took no longer from creation to success, in milliseconds; null when there were none.',
    nullable: true,
  })
  p95ConfirmMs!: number | null;
}

@ObjectType('PackageMetrics', {
  description: 'What was sold of one package in one currency.',
  simpleResolvers: true,
})
export class PackageMetricsType {
  @Field(() => PackageType, { description: 'As it is today.' })
  package!: PackageType;

  @Field(() => SafeInt, { description: 'Purchases that succeeded.' })
  payments!: number;

  @Field(() => MoneyType, { description: 'All that was paid for it.' })
  gross!: MoneyType;
}

@ObjectType('FunnelStep', {
  description: 'How many purchases came at least this far.',
  simpleResolvers: true,
})
export class FunnelStepType {
  @Field(() => String, { description: 'started, offered, attempted or succeeded.' })
  name!: string;

  @Field(() => SafeInt, { description: 'Purchases of the period.' })
  count!: number;
}

/** Each field is worked out from what was counted once. */
@ObjectType('Metrics', { description: 'Figures over a period, each counted only when it is asked for.' })
export class MetricsType {}
