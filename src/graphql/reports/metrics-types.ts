import { Field, Float, ObjectType } from 'type-graphql';
import { BUCKETS } from '../../reports/metrics';
import { enumOf } from '../enums';
import { MoneyType } from '../money/types';
import { PackageType } from '../packages/types';
import { Credits, CurrencyCode, DateTime, SafeInt } from '../scalars';

export const MetricBucketEnum = enumOf('MetricBucket', BUCKETS);

@ObjectType('CurrencyTotals', { simpleResolvers: true })
export class CurrencyTotalsType {
  @Field(() => CurrencyCode)
  currency!: string;

  @Field(() => MoneyType)
  gross!: MoneyType;

  @Field(() => MoneyType)
  refunded!: MoneyType;

  @Field(() => MoneyType)
  net!: MoneyType;

  @Field(() => SafeInt)
  payments!: number;

  @Field(() => Float)
  successRate!: number;

  @Field(() => Credits, { description: 'The most that Credits can say, where there were more.' })
  creditsSold!: bigint;
}

@ObjectType('MetricPoint', { simpleResolvers: true })
export class MetricPointType {
  @Field(() => DateTime)
  at!: Date;

  @Field(() => MoneyType)
  gross!: MoneyType;

  @Field(() => MoneyType)
  refunded!: MoneyType;

  @Field(() => SafeInt)
  succeeded!: number;

  @Field(() => SafeInt)
  failed!: number;

  @Field(() => SafeInt)
  canceled!: number;

  @Field(() => SafeInt, { nullable: true })
  p95ConfirmMs!: number | null;
}

@ObjectType('PackageMetrics', { simpleResolvers: true })
export class PackageMetricsType {
  @Field(() => PackageType)
  package!: PackageType;

  @Field(() => SafeInt)
  payments!: number;

  @Field(() => MoneyType)
  gross!: MoneyType;
}

@ObjectType('FunnelStep', { simpleResolvers: true })
export class FunnelStepType {
  @Field(() => String)
  name!: string;

  @Field(() => SafeInt)
  count!: number;
}

/** Each field is worked out from what was counted once. */
@ObjectType('Metrics')
export class MetricsType {}
