// Reads families and the providers' lists.
import assert from 'node:assert/strict';
import type { Pool } from 'pg';
import type { Family, ProviderName, StoredObject } from './objects';

/** An answer kept under an idempotency key. */
export interface KeptAnswer {
  readonly key: string;
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
}

export interface FamiliesRead {
  readonly nowMs: number;
  /** By the id of every object in them. */
  readonly families: ReadonlyMap<string, Family>;
  readonly kept: ReadonlyMap<string, KeptAnswer>;
}

interface FamiliesRow {
  readonly now_ms: string;
  readonly objects: StoredObject[] | null;
  readonly requests: KeptAnswer[] | null;
}

/** The families of any objects and the answers kept under `keys`, in one statement. Unknown ids are left out. */
export async function readFamilies(
  pool: Pool,
  ids: readonly string[],
  keys: readonly string[],
): Promise<FamiliesRead> {
  const { rows } = await pool.query<FamiliesRow>({
    name: 'simulator_read_families',
    text: 'select now_ms, objects, requests from simulator.read_families($1, $2)',
    values: [ids, keys],
  });
  const row = rows[0];
  assert(row, 'The simulator has no clock: installSimulator has not run');
  const nowMs = Number(row.now_ms);
  const byRoot = new Map<string, StoredObject[]>();
  for (const object of row.objects ?? []) {
    const family = byRoot.get(object.rootId);
    if (family) family.push(object);
    else byRoot.set(object.rootId, [object]);
  }
  const families = new Map<string, Family>();
  for (const objects of byRoot.values()) {
    const family = { nowMs, objects };
    for (const object of objects) families.set(object.id, family);
  }
  return { nowMs, families, kept: new Map((row.requests ?? []).map((answer) => [answer.key, answer])) };
}

/** Which objects a provider's list shows. Times are seconds since 1970, both ends included. */
export interface ListFilter {
  readonly provider: ProviderName;
  readonly kind: string;
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  readonly receipt?: string | undefined;
  /** Only what belongs to this root. */
  readonly rootId?: string | undefined;
  /** Only what says this of itself. */
  readonly status?: string | undefined;
  /** Only what says of itself that it is open. */
  readonly isOpen?: true | undefined;
  /** Only what comes behind this object in the list. */
  readonly after?: string | undefined;
  readonly limit: number;
  readonly skip?: number;
}

/** A provider's list, newest first. */
export async function listObjects(pool: Pool, filter: ListFilter): Promise<StoredObject[]> {
  const values: unknown[] = [];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const conditions = [`provider = ${parameter(filter.provider)}`, `kind = ${parameter(filter.kind)}`];
  if (filter.from !== undefined) conditions.push(`created >= ${parameter(filter.from)}`);
  if (filter.until !== undefined) conditions.push(`created <= ${parameter(filter.until)}`);
  if (filter.receipt !== undefined) conditions.push(`receipt = ${parameter(filter.receipt)}`);
  if (filter.rootId !== undefined) conditions.push(`root_id = ${parameter(filter.rootId)}`);
  if (filter.status !== undefined) conditions.push(`body ->> 'status' = ${parameter(filter.status)}`);
  if (filter.isOpen) conditions.push("body ->> 'open' = 'true'");
  if (filter.after !== undefined)
    conditions.push(
      `(created, serial) < (select created, serial from simulator.objects where id = ${parameter(filter.after)})`,
    );
  const { rows } = await pool.query<StoredObject & { created: string | number }>(
    `select id, root_id as "rootId", provider, kind, version, created, receipt, body from simulator.objects
     where ${conditions.join(' and ')}
     order by created desc, serial desc limit ${parameter(filter.limit)} offset ${parameter(filter.skip ?? 0)}`,
    values,
  );
  // PostgreSQL's bigint comes as text.
  return rows.map((row) => ({ ...row, created: Number(row.created) }));
}
