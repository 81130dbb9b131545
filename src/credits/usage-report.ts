// What was used, added up: by operation over a span, and day by day.
import type pg from 'pg';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { Usage, UsageDay, UsagePartRow } from './usage.entity';

type Lister = { readonly dataSource: DataSource };
type Reader = { readonly pool: pg.Pool };

/** All given conditions must hold. */
export interface UsageDayFilter {
  /** '': of all users together. */
  readonly userId: string;
  readonly operation?: string | null;
  /** Days that begin in it. */
  readonly span?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
}

export interface UsageTotal {
  readonly operation: string;
  readonly uses: bigint;
  readonly quantity: bigint;
  readonly micro: bigint;
}

const newestFirst = (userId: string): Ordering => ({
  name: `usage-days:${userId}`,
  keys: [
    { property: 'usage.day', type: 'timestamp' },
    { property: 'usage.operation', type: 'text' },
    { property: 'usage.id', type: 'bigint' },
  ],
  direction: 'desc',
});

/** One page of days, the newest first. @throws Problem INVALID_INPUT for a bad page */
export const listUsageDays = (
  deps: Lister,
  filter: UsageDayFilter,
  page: PageRequest,
): Promise<Page<UsageDay>> => readPage(daysWhere(deps, filter), newestFirst(filter.userId), page);

// PostgreSQL's text refuses NUL: what cannot be stored belongs to nothing.
const storable = (text: string): string => text.replaceAll('\0', '');

function daysWhere(
  { dataSource }: Lister,
  { userId, operation, span }: UsageDayFilter,
): SelectQueryBuilder<UsageDay> {
  const query = dataSource
    .createQueryBuilder(UsageDay, 'usage')
    .where('usage.userId = :userId', { userId: storable(userId) });
  if (operation) query.andWhere('usage.operation = :operation', { operation: storable(operation) });
  if (span?.gte) query.andWhere('usage.day >= :from', { from: span.gte });
  if (span?.lt) query.andWhere('usage.day < :before', { before: span.lt });
  return query;
}

/** By operation, in the order of their codes. */
export async function usageTotals({ pool }: Reader, filter: UsageDayFilter): Promise<UsageTotal[]> {
  const { rows } = await pool.query<{ operation: string; uses: string; quantity: string; micro: string }>(
    `select operation, sum(uses)::text as uses, sum(quantity)::text as quantity, sum(micro)::text as micro
     from usage_days where ${IN_SPAN} group by operation order by operation`,
    valuesOf(filter),
  );
  return rows.map((row) => ({
    operation: row.operation,
    uses: BigInt(row.uses),
    quantity: BigInt(row.quantity),
    micro: BigInt(row.micro),
  }));
}

export interface DayTotal {
  readonly day: Date;
  readonly uses: bigint;
  readonly micro: bigint;
}

// A year of days, and the spenders that a person looks through.
const DAYS_MAX = 366;
const SPENDERS_MAX = 100;

const IN_SPAN = `user_id = $1 and ($2::text is null or operation = $2) and day >= coalesce($3, '-infinity'::timestamptz)
  and day < coalesce($4, 'infinity'::timestamptz)`;
const valuesOf = ({ userId, operation, span }: UsageDayFilter) => [
  ...[storable(userId), operation ? storable(operation) : null, span?.gte ?? null, span?.lt ?? null],
];

/** Of all operations together, the newest first; days without any have no row. */
export async function usageByDay({ pool }: Reader, filter: UsageDayFilter): Promise<DayTotal[]> {
  const { rows } = await pool.query<{ day: Date; uses: string; micro: string }>(
    `select day, sum(uses)::text as uses, sum(micro)::text as micro from usage_days where ${IN_SPAN}
     group by day order by day desc limit ${DAYS_MAX}`,
    valuesOf(filter),
  );
  return rows.map(({ day, uses, micro }) => ({ day, uses: BigInt(uses), micro: BigInt(micro) }));
}

export interface SpenderTotal {
  /** Null: none was named. Of all users together none is: a member is one of a user's. */
  readonly memberId: string | null;
  /** Null: a user's own token. */
  readonly apiKeyId: string | null;
  readonly uses: bigint;
  readonly micro: bigint;
}

/**
 * By who used it, what cost the most first.
 * @param isByKey false where whose the keys are is not to be told: they are added up
 */
export async function usageBySpender(
  { pool }: Reader,
  filter: UsageDayFilter,
  isByKey: boolean,
): Promise<SpenderTotal[]> {
  const { rows } = await pool.query<{ member: string; key: string; uses: string; micro: string }>(
    `select member_id as member, case when $5 then api_key_id else '' end as key, sum(uses)::text as uses, sum(micro)::text as micro
     from usage_days where ${IN_SPAN} group by 1, 2 order by sum(micro) desc, 1, 2 limit ${SPENDERS_MAX}`,
    [...valuesOf(filter), isByKey],
  );
  return rows.map(({ member, key, uses, micro }) => ({
    memberId: member || null,
    apiKeyId: key || null,
    ...{ uses: BigInt(uses), micro: BigInt(micro) },
  }));
}

/** All given conditions must hold. */
export interface UsageFilter {
  readonly userId?: string | null;
  readonly operation?: string | null;
  readonly at?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
}

/** The parts of usage that a filter means, each beside its usage, in no order. */
export function usageWhere(
  { dataSource }: Lister,
  { userId, operation, at }: UsageFilter,
): SelectQueryBuilder<Usage> {
  const query = dataSource
    .createQueryBuilder(Usage, 'usage')
    .innerJoin(UsagePartRow, 'part', 'part.usageId = usage.id');
  if (userId) query.andWhere('usage.userId = :userId', { userId: storable(userId) });
  if (operation) query.andWhere('part.operation = :operation', { operation: storable(operation) });
  if (at?.gte) query.andWhere('usage.at >= :from', { from: at.gte });
  if (at?.lt) query.andWhere('usage.at < :before', { before: at.lt });
  return query;
}
