// Lines of the provider's books that could not be read: set aside, so that they keep no other from being judged, seen by
// operators, and read again by each run until they can be read or are gone.
import type pg from 'pg';
import type { ProviderName } from '../providers/provider';
import type { UnreadableLine } from '../providers/settlement';
import type { Logger } from '../telemetry/logger';
import type { Difference } from './match';
import type { Slice } from './windows';

interface Needs {
  readonly pool: pg.Pool;
  readonly log: Logger;
}

interface Found {
  readonly runId: string;
  readonly provider: ProviderName;
}

// A line that names itself twice is one. Several slices may list it, where a day is the least that can be asked for: the one that
// the run is about is the one to read again.
const SET_ASIDE = `
  insert into unreadable_lines as u (provider, line, key, payout_id, listed_from, listed_to, reason, run_id)
  select distinct on (x.line) $2, x.line, x.key, x.payout, $3, $4, x.reason, $1
  from unnest($5::text[], $6::text[], $7::text[], $8::text[]) x(line, key, payout, reason)
  on conflict (provider, line) do update set key = coalesce(excluded.key, u.key),
    payout_id = coalesce(excluded.payout_id, u.payout_id),
    listed_from = case when $9 then excluded.listed_from else coalesce(u.listed_from, excluded.listed_from) end,
    listed_to = case when $9 then excluded.listed_to else coalesce(u.listed_to, excluded.listed_to) end, reason = excluded.reason, run_id = excluded.run_id`;

/** @param slice that lists them; null: they were listed by their payout */
export async function setLinesAside(
  { pool, log }: Needs,
  { runId, provider }: Found,
  lines: readonly UnreadableLine[],
  slice: Slice | null,
): Promise<void> {
  if (lines.length === 0) return;
  const nameOf = ({ providerEntryId, providerPayoutId }: UnreadableLine) =>
    providerEntryId ?? (slice ? `unnamed:${slice.from}-${slice.to}` : `unnamed:${providerPayoutId}`);
  for (const line of lines)
    log.error('reconciliation.line_unreadable', { runId, provider, line: nameOf(line), reason: line.reason });
  await pool.query(SET_ASIDE, [
    runId,
    provider,
    slice?.from ?? null,
    slice?.to ?? null,
    lines.map(nameOf),
    lines.map(({ providerObjectId }) => providerObjectId),
    lines.map(({ providerPayoutId }) => providerPayoutId),
    lines.map(({ reason }) => reason),
    slice?.inWindow ?? false,
  ]);
}

/** Where lines were that could not be read: a slice, or what a payout was made of, or both. */
export interface PlaceAside {
  readonly from: number | null;
  readonly to: number | null;
  readonly payoutId: string | null;
}

/** The next place of lines that earlier runs have set aside and this one has not met; null when it has met them all. */
export async function nextAside(
  { pool }: Pick<Needs, 'pool'>,
  { runId, provider }: Found,
): Promise<PlaceAside | null> {
  const { rows } = await pool.query<PlaceAside>(
    `select listed_from::float8 as "from", listed_to::float8 as "to", payout_id as "payoutId" from unreadable_lines
     where provider = $1 and run_id <> $2 order by seen_at, line limit 1`,
    [provider, runId],
  );
  return rows[0] ?? null;
}

const OF_PLACE = `provider = $1 and run_id <> $2 and listed_from is not distinct from $3 and listed_to is not distinct from $4
  and payout_id is not distinct from $5`;

/** A place was read: what this run has not found broken there is mended, or gone. */
export async function takeBack({ pool, log }: Needs, found: Found, place: PlaceAside): Promise<void> {
  const { rows } = await pool.query<{ line: string }>(
    `delete from unreadable_lines where ${OF_PLACE} returning line`,
    valuesOf(found, place),
  );
  for (const { line } of rows) log.info('reconciliation.line_read', { ...found, line });
}

/** A place cannot be read any more: its lines stay aside, and this run is done with them. */
export async function leaveAside(
  { pool }: Pick<Needs, 'pool'>,
  found: Found,
  place: PlaceAside,
): Promise<void> {
  await pool.query(`update unreadable_lines set run_id = $2 where ${OF_PLACE}`, valuesOf(found, place));
}

const valuesOf = ({ provider, runId }: Found, { from, to, payoutId }: PlaceAside) => [
  ...[provider, runId],
  ...[from, to, payoutId],
];

/** Those of the keys about which the provider has a line that cannot be read: what it says of them is not known. */
async function keysAside(
  { pool }: Pick<Needs, 'pool'>,
  provider: ProviderName,
  keys: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const { rows } = await pool.query<{ key: string }>(
    `select key from unreadable_lines where provider = $1 and key = any($2)
     union select payout_id from unreadable_lines where provider = $1 and payout_id = any($2)`,
    [provider, keys],
  );
  return new Set(rows.map(({ key }) => key));
}

/** Without those of which the provider has a line that nobody could read: they are judged once somebody can. */
export async function withoutUnread(
  deps: Pick<Needs, 'pool'>,
  provider: ProviderName,
  differences: readonly Difference[],
): Promise<Difference[]> {
  const unread = await keysAside(
    deps,
    provider,
    differences.map(({ key }) => key),
  );
  return differences.filter(({ key }) => !unread.has(key));
}

/** How many there are, and the one that waits longest. */
export async function countLinesAside(
  pool: pg.Pool,
): Promise<{ readonly lines: number; readonly oldest: string | null }> {
  const { rows } = await pool.query(
    `select count(*)::integer as lines,
       (array_agg(provider || ' ' || line || ', ' || reason order by seen_at, line))[1] as oldest from unreadable_lines`,
  );
  return rows[0];
}
