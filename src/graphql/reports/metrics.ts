// The overview in numbers: totals, a series for a chart, packages, and how far purchases came.
import { Arg, Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { CREDITS_MAX } from '../../kernel/credits';
import { type Bucket, type Counted, type Metrics, metrics } from '../../reports/metrics';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import type { PricedPackage } from '../packages/prices';
import { CurrencyCode } from '../scalars';
import { DateTimeRangeInput } from '../types';
import {
  CurrencyTotalsType,
  FunnelStepType,
  MetricBucketEnum,
  MetricPointType,
  MetricsType,
  PackageMetricsType,
} from './metrics-types';

// What a shop that has sold nothing yet shows its zeros in.
const CURRENCY_OF_NOTHING = 'INR';

@Resolver(() => AdminType)
export class AdminMetricsFields {
  @FieldResolver(() => MetricsType, { description: 'Sales in numbers. Role: finance.' })
  metrics(
    @Ctx() context: Context,
    @Arg('range', () => DateTimeRangeInput, {
      description: 'Left open: the 30 days until now. At most 1500 steps.',
    })
    range: DateTimeRangeInput,
    @Arg('bucket', () => MetricBucketEnum, {
      description: 'How long a step of the series is.',
      defaultValue: 'day',
    })
    bucket: Bucket,
    @Arg('timezone', () => String, {
      description: 'IANA name by which days, weeks and months begin, e.g. Asia/Kolkata.',
      nullable: true,
      defaultValue: 'UTC',
    })
    timezone?: string | null,
  ): Promise<Metrics> {
    return metrics({ pool: context.deps.reads }, range, bucket, timezone ?? 'UTC');
  }
}

@Resolver(() => MetricsType)
export class MetricsFields {
  @FieldResolver(() => [CurrencyTotalsType], {
    description: 'One for each currency, the one with the most purchases first.',
  })
  async totals(@Root() { sold }: Metrics): Promise<CurrencyTotalsType[]> {
    const { totals } = await sold();
    return totals.map(({ currency, gross, refunded, succeeded, failed, canceled, credits }) => {
      const over = succeeded + failed + canceled;
      return {
        currency,
        gross: { amountMinor: gross, currency },
        refunded: { amountMinor: refunded, currency },
        net: { amountMinor: gross - refunded, currency },
        payments: succeeded,
        successRate: over === 0 ? 0 : succeeded / over,
        creditsSold: credits > CREDITS_MAX ? CREDITS_MAX : credits,
      };
    });
  }

  @FieldResolver(() => [MetricPointType], {
    description: 'One point for each step, also where nothing happened.',
  })
  async series(
    @Root() { sold, waited, buckets }: Metrics,
    @Arg('currency', () => CurrencyCode, {
      description: 'Left out: the one with the most purchases.',
      nullable: true,
    })
    asked?: string | null,
  ): Promise<Point[]> {
    const { totals, series } = await sold();
    // The one with the most payments comes first.
    const currency = asked ?? totals[0]?.currency ?? CURRENCY_OF_NOTHING;
    const points = new Map(
      series.filter((point) => point.currency === currency).map((point) => [point.at?.getTime(), point]),
    );
    return buckets.map((at) => ({
      ...pointAt(at, currency, points.get(at.getTime())),
      p95ConfirmMs: async () => {
        const ofIt = (await waited()).find(
          (one) => one.at.getTime() === at.getTime() && one.currency === currency,
        );
        return ofIt?.p95ConfirmMs ?? null;
      },
    }));
  }

  @FieldResolver(() => [PackageMetricsType], { description: 'One for each package and currency.' })
  async byPackage(
    @Ctx() { loaders }: Context,
    @Root() metrics: Metrics,
  ): Promise<(Omit<PackageMetricsType, 'package'> & { package: PricedPackage })[]> {
    const byPackage = await metrics.byPackage();
    const packages = await Promise.all(byPackage.map(({ packageId }) => loaders.packages.load(packageId)));
    return byPackage.flatMap(({ currency, payments, gross }, at) => {
      const found = packages[at];
      return found ? [{ package: found, payments, gross: { amountMinor: gross, currency } }] : [];
    });
  }

  @FieldResolver(() => [FunnelStepType], { description: 'From started to succeeded, in order.' })
  conversion(@Root() metrics: Metrics): ReturnType<Metrics['conversion']> {
    return metrics.conversion();
  }
}

/** How long purchases took is worked out by itself, when it is asked for. */
type Point = Omit<MetricPointType, 'p95ConfirmMs'> & { readonly p95ConfirmMs: () => Promise<number | null> };

const pointAt = (at: Date, currency: string, counted: Counted | undefined) => ({
  at,
  gross: { amountMinor: counted?.gross ?? 0n, currency },
  refunded: { amountMinor: counted?.refunded ?? 0n, currency },
  succeeded: counted?.succeeded ?? 0,
  failed: counted?.failed ?? 0,
  canceled: counted?.canceled ?? 0,
});
