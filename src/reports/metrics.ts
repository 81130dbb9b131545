// The numbers of the overview, each set counted in one statement by the database, when somebody asks for it.
import type pg from 'pg';
import { readInstant } from '../db/instant';
import { Problem } from '../kernel/problems';

export const BUCKETS = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type Bucket = (typeof BUCKETS)[number];

export interface MetricsRange {
  readonly gte?: Date | null;
  readonly lt?: Date | null;
}

/** One currency in one bucket, or in the whole range where `at` is null; amounts in minor units. */
export interface Counted {
  readonly at: Date | null;
  readonly currency: string;
  readonly gross: bigint;
  readonly refunded: bigint;
  readonly succeeded: number;
  readonly failed: number;
  readonly canceled: number;
  readonly credits: bigint;
}

/** Of the purchases of one currency that succeeded in one bucket. */
export interface Waited {
  readonly at: Date;
  readonly currency: string;
  /** From the start of the purchase to its success. */
  readonly p95ConfirmMs: number;
}

export interface Sold {
  readonly totals: readonly Counted[];
  readonly series: readonly Counted[];
}

/** Each call counts when it is made first, and answers the same ever after: what nobody asks for costs nothing. */
export interface Metrics {
  /** Every bucket of the range, also the empty ones. */
  readonly buckets: readonly Date[];
  readonly sold: () => Promise<Sold>;
  readonly waited: () => Promise<readonly Waited[]>;
  readonly byPackage: () => Promise<
    readonly {
      readonly packageId: string;
      readonly currency: string;
      readonly payments: number;
      readonly gross: bigint;
    }[]
  >;
  readonly conversion: () => Promise<readonly { readonly name: string; readonly count: number }[]>;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const RANGE_DEFAULT_DAYS = 30;
// A chart shows no more, and nobody waits for more.
const BUCKETS_MAX = 1_500;
const BUCKET_MS: Readonly<Record<Bucket, number>> = {
  minute: 60_000,
  hour: 3_600_000,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 28 * DAY_MS,
};

/**
 * What was sold, refunded and lost in a range, in buckets of a time zone: a day there is a day of its clocks.
 * @param range left out: the last 30 days.
 * @throws Problem INVALID_INPUT for a range that ends before it begins or has more than 1,500 buckets, and for no time zone
 */
export async function metrics(
  { pool }: { readonly pool: pg.Pool },
  range: MetricsRange,
  bucket: Bucket = 'day',
  timezone = 'UTC',
): Promise<Metrics> {
  const to = range.lt ?? (await readInstant(pool));
  const from = range.gte ?? new Date(to.getTime() - RANGE_DEFAULT_DAYS * DAY_MS);
  if (from >= to) throw new Problem('INVALID_INPUT', 'The range ends before it begins.', ['range']);
  if ((to.getTime() - from.getTime()) / BUCKET_MS[bucket] > BUCKETS_MAX)
    throw new Problem(
      'INVALID_INPUT',
      `That is more than ${BUCKETS_MAX} of a ${bucket}: choose a longer bucket.`,
      ['bucket'],
    );
  checkTimezone(timezone);
  const values = [from, to, bucket, timezone];
  const read = async <Row extends object>(text: string, given: readonly unknown[] = values) =>
    (await pool.query<Row>(text, [...given])).rows;
  const rowsOf = <Row extends object>(text: string, given?: readonly unknown[]) =>
    once(() => read<Row>(text, given));
  return {
    buckets: (await bucketsOf(pool, values, timezone)).map(({ at }) => at),
    sold: once(async () => {
      const counted = await read<Counted>(COUNTED);
      return {
        totals: counted.filter(({ at }) => at === null),
        series: counted.filter(({ at }) => at !== null),
      };
    }),
    waited: rowsOf(WAITED),
    byPackage: rowsOf(BY_PACKAGE, [from, to]),
    conversion: rowsOf(CONVERSION, [from, to]),
  };
}

async function bucketsOf(pool: pg.Pool, values: readonly unknown[], timezone: string) {
  try {
    return (await pool.query<{ at: Date }>(BUCKETS_OF, [...values])).rows;
  } catch (error) {
    // The two do not know the same zones.
    if ((error as { code?: string }).code === '22023') throw noZone(timezone);
    throw error;
  }
}

function once<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let result: Promise<Result> | undefined;
  return () => {
    result ??= work();
    return result;
  };
}

function checkTimezone(timezone: string): void {
  // An offset such as +05:30 means its opposite to PostgreSQL, so only names of places will do.
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{0,63}$/.test(timezone)) throw noZone(timezone);
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw noZone(timezone);
  }
}

const noZone = (timezone: string): Problem =>
  new Problem('INVALID_INPUT', `${timezone.slice(0, 64)} is not a time zone, e.g. Asia/Kolkata.`, [
    'timezone',
  ]);

// Hours and minutes go by in a row also where clocks are put back; days and longer follow the clocks.
const BUCKETS_OF = `
  select case when $3 in ('minute', 'hour') then n else n at time zone 'UTC' at time zone $4 end as at
  from generate_series(
    case when $3 in ('minute', 'hour') then date_trunc($3, $1::timestamptz, $4)
      else date_trunc($3, $1::timestamptz, $4) at time zone $4 at time zone 'UTC' end,
    case when $3 in ('minute', 'hour') then $2::timestamptz - interval '1 microsecond'
      else ($2::timestamptz - interval '1 microsecond') at time zone $4 at time zone 'UTC' end,
    ('1 ' || $3)::interval) n
  order by 1`;

// What finance accepted at another price counts for what was paid. They are few: an index has them all.
const ACCEPTED = `left join (select intent_id, amount_minor, currency from intent_payments where applied_at is not null) a
      on a.intent_id = i.id`;
const PAID = 'coalesce(a.amount_minor, i.amount_minor)';
const PAID_IN = 'coalesce(a.currency, i.currency)';

// The bucket of an instant, as BUCKETS_OF counts them: hours and minutes from the first one on, because date_trunc begins
// an hour anew where clocks move by half of one (Australia/Lord_Howe).
const bucketOf = (instant: string) => `case when $3 in ('minute', 'hour')
  then date_bin(('1 ' || $3)::interval, ${instant}, date_trunc($3, $1::timestamptz, $4))
  else date_trunc($3, ${instant}, $4) end`;

// Clocks differ by whole quarters of an hour, everywhere since 1972: what was counted by quarters can be put into the
// buckets of any time zone, and the slow arithmetic of zones is done once a quarter, not once a payment.
// Counts are float8, which a client of the database reads as a number: exact up to 2^53.
const COUNTED = `
  with quarter as materialized (
    select date_bin(case $3 when 'minute' then interval '1 minute' else interval '15 minutes' end, i.completed_at,
        timestamptz 'epoch') as at,
      ${PAID_IN} as currency, i.status, count(*) as times, sum(${PAID}) as amount, sum(i.credits) as credits
    from intents i ${ACCEPTED} where i.completed_at >= $1 and i.completed_at < $2 group by 1, 2, 3
  ),
  bucketed as (select ${bucketOf('at')} as at, currency, status, times, amount, credits from quarter),
  paid as (
    select at, currency, sum(amount) filter (where status = 'succeeded') as gross,
      sum(times) filter (where status = 'succeeded') as succeeded, sum(times) filter (where status = 'failed') as failed,
      sum(times) filter (where status = 'canceled') as canceled,
      sum(credits) filter (where status = 'succeeded') as credits
    from bucketed group by grouping sets ((at, currency), (currency))
  ),
  returned as (
    select ${bucketOf('r.completed_at')} as at, r.currency, sum(r.amount_minor) as refunded
    from refunds r
    join intent_payments p on p.provider_payment_id = r.provider_payment_id and p.provider = r.provider
      and p.booked_as = 'bought'
    where r.status = 'succeeded' and r.completed_at >= $1 and r.completed_at < $2
    group by grouping sets ((1, r.currency), (r.currency))
  )
  select coalesce(p.at, r.at) as at, coalesce(p.currency, r.currency) as currency,
    coalesce(p.gross, 0)::bigint as gross, coalesce(r.refunded, 0)::bigint as refunded,
    coalesce(p.succeeded, 0)::float8 as succeeded, coalesce(p.failed, 0)::float8 as failed,
    coalesce(p.canceled, 0)::float8 as canceled, least(coalesce(p.credits, 0), 9223372036854775807)::bigint as credits
  from paid p
  full join returned r on r.currency = p.currency and coalesce(r.at, '-infinity') = coalesce(p.at, '-infinity')
  order by at nulls first, succeeded desc, currency`;

const WAITED = `
  select ${bucketOf('completed_at')} as at, currency,
    round(percentile_cont(0.95) within group (order by extract(epoch from completed_at - created_at) * 1000))::float8
      as "p95ConfirmMs"
  from intents where completed_at >= $1 and completed_at < $2 and status = 'succeeded' group by 1, 2`;

const BY_PACKAGE = `
  select i.package_id as "packageId", ${PAID_IN} as currency, count(*)::float8 as payments, sum(${PAID})::bigint as gross
  from intents i ${ACCEPTED} where i.completed_at >= $1 and i.completed_at < $2 and i.status = 'succeeded'
  group by i.package_id, 2 order by payments desc, i.package_id, 2`;

// Of the purchases that were started in the range, how far each has come by now.
const CONVERSION = `
  select s.name, s.count::float8 as count
  from (
    select count(*) as started, count(provider_intent_id) as offered,
      count(*) filter (where attempt_count > 0 or status in ('processing', 'succeeded')) as attempted,
      count(*) filter (where status = 'succeeded') as succeeded
    from intents where created_at >= $1 and created_at < $2
  ) c
  cross join lateral (values (1, 'started', c.started), (2, 'offered', c.offered), (3, 'attempted', c.attempted),
    (4, 'succeeded', c.succeeded)) s(place, name, count)
  order by s.place`;
