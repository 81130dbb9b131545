// API keys in the database: listed, and looked up for every call. A look-up is kept for half a second, so that a revoked
// key is dead on every process within a second without anybody being told.
import type pg from 'pg';
import { type Row, rowMapper } from '../db/columns';
import type { Logger } from '../telemetry/logger';
import { matches, prefixOf } from './api-key';
import { ApiKey } from './api-key.entity';
import type { Caller } from './caller';

export interface KeyDeps {
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly config: { readonly apiKeyPeppers: readonly string[] };
}

// As the contract caps every list that is not a connection.
export const KEYS_MAX = 50;

/** Newest first: those that are good, then the last ones that are not any more. */
export async function listApiKeys({ pool }: Pick<KeyDeps, 'pool'>): Promise<ApiKey[]> {
  const { rows } = await pool.query<Row>(
    `select * from api_keys order by revoked_at is not null, created_at desc, id desc limit ${KEYS_MAX}`,
  );
  return rows.map(rowMapper(ApiKey));
}

/** In the order of the ids. */
export async function apiKeysByIds(
  { pool }: Pick<KeyDeps, 'pool'>,
  ids: readonly string[],
): Promise<(ApiKey | null)[]> {
  const { rows } = await pool.query<Row>('select * from api_keys where id = any($1)', [ids]);
  const found = new Map(rows.map((row) => [row.id as string, rowMapper(ApiKey)(row)]));
  return ids.map((id) => found.get(id) ?? null);
}

/** The caller behind a key, or null for one that is unknown, over or revoked. */
export type FindKeyCaller = (key: string) => Promise<Caller | null>;

// Half of the second within which a revoked key is dead everywhere.
const KEPT_MS = 500;
// Of keys that do not exist nothing is kept, so that guessing fills no memory; real ones are at most a few dozen.
const KEPT_MAX = 1_000;

const IS_GOOD = 'revoked_at is null and (expires_at is null or expires_at > clock_timestamp())';
// Once a minute is enough to see which keys are used.
const USE_IS_OLD = "(last_used_at is null or last_used_at < (select instant()) - interval '1 minute')";
const TOUCH = `update api_keys set last_used_at = instant() where id = $1 and ${USE_IS_OLD}`;

export function createFindKeyCaller({ pool, log, config }: KeyDeps): FindKeyCaller {
  const kept = new Map<string, { row: Promise<Row | null>; untilMs: number }>();
  const lookUp = (prefix: string): Promise<Row | null> => {
    const known = kept.get(prefix);
    if (known && known.untilMs > Date.now()) return known.row;
    if (kept.size >= KEPT_MAX) kept.clear();
    const row = pool
      .query<Row>(`select *, ${USE_IS_OLD} as use_is_old from api_keys where prefix = $1 and ${IS_GOOD}`, [
        prefix,
      ])
      .then(({ rows }) => rows[0] ?? null);
    const forget = () => kept.delete(prefix);
    row.then((found) => (found ? undefined : forget()), forget);
    kept.set(prefix, { row, untilMs: Date.now() + KEPT_MS });
    return row;
  };
  return async (key) => {
    const prefix = prefixOf(key);
    const row = prefix === null ? null : await lookUp(prefix);
    if (!row || !matches(key, row.hash as Buffer, config.apiKeyPeppers)) return null;
    const { id, name, role, createdBy, expiresAt, walletId, memberId } = rowMapper(ApiKey)(row);
    if (row.use_is_old)
      // Nobody waits for it, and the next call writes it down where this one could not.
      pool.query(TOUCH, [id]).catch((error) => log.warn('api_key.use_not_noted', { error: String(error) }));
    // By its name, so that what the old key made is the new key's too.
    return {
      id: `key:${name}`,
      role,
      apiKeyId: id,
      madeBy: createdBy,
      ...(expiresAt ? { expiresAtMs: expiresAt.getTime() } : {}),
      ...(walletId === null ? {} : { boundTo: { walletId, memberId } }),
    };
  };
}

/** Those of the keys that are good now. */
export async function currentKeys(pool: pg.Pool, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const { rows } = await pool.query<{ id: string }>(
    `select id from api_keys
     where id = any($1) and ${IS_GOOD}`,
    [ids],
  );
  return new Set(rows.map((row) => row.id));
}
