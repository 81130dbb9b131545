import { Field, Float, Int, ObjectType } from 'type-graphql';
import { BUCKETS } from '../../reports/metrics';
import { enumOf } from '../enums';
import { MoneyType } from '../money/types';
import { PackageType } from '../packages/types';
import { CurrencyCode, DateTime } from '../scalars';

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

  @Field(() => Int)
  payments!: number;

  @Field(() => Float)
  successRate!: number;

  @Field(() => Int)
  creditsSold!: number;
}

@ObjectType('MetricPoint', { simpleResolvers: true })
export class MetricPointType {
  @Field(() => DateTime)
  at!: Date;

  @Field(() => MoneyType)
  gross!: MoneyType;

  @Field(() => MoneyType)
  refunded!: MoneyType;

  @Field(() => Int)
  succeeded!: number;

  @Field(() => Int)
  failed!: number;

  @Field(() => Int)
  canceled!: number;

  @Field(() => Int, { nullable: true })
  p95ConfirmMs!: number | null;
}

@ObjectType('PackageMetrics', { simpleResolvers: true })
export class PackageMetricsType {
  @Field(() => PackageType)
  package!: PackageType;

  @Field(() => Int)
  payments!: number;

  @Field(() => MoneyType)
  gross!: MoneyType;
}

@ObjectType('FunnelStep', { simpleResolvers: true })
export class FunnelStepType {
  @Field(() => String)
  name!: string;

  @Field(() => Int)
  count!: number;
}

/** Each field is worked out from what was counted once. */
@ObjectType('Metrics')
export class MetricsType {}
