// What operators did, written down in the transaction that did it.

import path from 'node:path';
import type pg from 'pg';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Row, rowMapper } from '../db/columns';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { inTransaction, type Queryable } from '../db/transaction';
import { AuditEntry } from './audit.entity';
import { type Caller, hasRole } from './caller';

export const AUDIT_SQL = path.join(__dirname, 'audit.sql');
export const BY_HAND_SQL = path.join(__dirname, 'by-hand.sql');

export interface AuditNote {
  /** The mutation's name. */
  readonly action: string;
  readonly targetId?: string | null;
  /** In the operator's own words. */
  readonly reason?: string | null;
  /** What changed, without secrets and without anything of a payer's. */
  readonly diff?: Readonly<Record<string, unknown>>;
}

/**
 * Writes down what an operator does, through the connection of the transaction that does it.
 *
 *     await inTransaction(pool, async (client) => {
 *       await client.query(…);
 *       await audit(client, caller, { action: 'savePackage', targetId: id });
 *     });
 *
 * A verb that is one SQL function calls `audit(…)` of audit.sql itself instead.
 */
export async function audit(client: Queryable, caller: Caller, note: AuditNote): Promise<void> {
  const { action, targetId = null, reason = null, diff } = note;
  await client.query('select audit($1, $2, $3, $4, $5, $6)', [
    caller.id,
    caller.role,
    action,
    targetId,
    reason,
    diff ? JSON.stringify(diff) : null,
  ]);
}

/**
 * The same for work that is a transaction of its own: what it did is written down with it, or neither happens.
 * @param noteOf null when nothing was done.
 */
export function audited<Result>(
  pool: pg.Pool,
  caller: Caller,
  work: (client: Queryable) => Promise<Result>,
  noteOf: (result: Result) => AuditNote | null,
): Promise<Result> {
  return inTransaction(pool, async (client) => {
    const result = await work(client);
    const note = noteOf(result);
    if (note) await audit(client, caller, note);
    return result;
  });
}

/** True for callers whose doings are written down where a user's or a back end's are not: support and above. */
export const isAudited = (caller: Caller): boolean => hasRole(caller, 'support');

/** All given conditions must hold. */
export interface AuditFilter {
  readonly actor?: string | null;
  readonly targetId?: string | null;
  readonly at?: { readonly gte?: Date | null; readonly lt?: Date | null } | null;
}

const NEWEST_FIRST: Ordering = {
  name: 'audit',
  keys: [{ property: 'entry.id', type: 'bigint' }],
  direction: 'desc',
};

/** One page, newest first. @throws Problem INVALID_INPUT for a bad page. */
export const listAuditLog = (
  deps: { readonly dataSource: DataSource },
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEntry>> => readPage(auditWhere(deps, filter), NEWEST_FIRST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countAuditLog = (
  deps: { readonly dataSource: DataSource },
  filter: AuditFilter,
): Promise<number> => countRows(auditWhere(deps, filter));

/** The query for what a filter means, to be ordered and cut by the caller. */
export function auditWhere(
  { dataSource }: { readonly dataSource: DataSource },
  { actor, targetId, at }: AuditFilter,
): SelectQueryBuilder<AuditEntry> {
  const query = dataSource.createQueryBuilder(AuditEntry, 'entry');
  // An id that cannot be stored, for PostgreSQL's text refuses NUL, belongs to nothing.
  if (typeof actor === 'string')
    query.andWhere('entry.actor = :actor', { actor: actor.replaceAll('\0', '') });
  if (typeof targetId === 'string')
    query.andWhere('entry.targetId = :targetId', { targetId: targetId.replaceAll('\0', '') });
  if (at?.gte) query.andWhere('entry.at >= :from', { from: at.gte });
  if (at?.lt) query.andWhere('entry.at < :before', { before: at.lt });
  return query;
}

/** In the order of the numbers. */
export async function auditEntriesByNumbers(
  { pool }: { readonly pool: pg.Pool },
  numbers: readonly string[],
): Promise<(AuditEntry | null)[]> {
  const { rows } = await pool.query<Row>('select * from audit_log where id = any($1)', [numbers]);
  const found = new Map(rows.map((row) => [String(row.id), rowMapper(AuditEntry)(row)]));
  return numbers.map((number) => found.get(number) ?? null);
}
