// What the four mutations about the lists have in common: each names its list and is a file of its own.
import type pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { type Row, rowMapper } from '../db/columns';
import type { Queryable } from '../db/transaction';
import { newId } from '../kernel/ids';
import { Fault } from '../kernel/invariant';
import { invalidInput, notFound } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { Logger } from '../telemetry/logger';
import { type RiskList, RiskListEntry, type RiskListKind } from './list-entry.entity';
import { listedValue } from './listed-value';

export interface ListDeps {
  readonly pool: pg.Pool;
  readonly log: Logger;
}

export interface ListInput {
  readonly kind: RiskListKind;
  readonly value: string;
  readonly reason: string;
  /** Left out: until somebody removes it. */
  readonly expiresAt?: Date | null;
}

const REASON_MAX = 500; // A sentence or two.
const ID_KINDS = { block: 'blocklistEntry', allow: 'allowlistEntry' } as const;
const TITLES = { block: 'Blocklist', allow: 'Allowlist' } as const;
const toEntry = rowMapper(RiskListEntry);

/**
 * Puts something on a list. What is on it already keeps its id and takes the new reason and end; a repeat changes nothing.
 * @throws Problem INVALID_INPUT
 */
export async function putOnList(
  deps: ListDeps,
  caller: Caller,
  list: RiskList,
  input: ListInput,
): Promise<RiskListEntry> {
  checkReason(input.reason);
  const value = listedValue(input.kind, input.value);
  const { entry, isChanged } = await audited(
    deps.pool,
    caller,
    (client) => put(client, caller, list, { ...input, value }),
    (done) => (done.isChanged ? noteOf(`addTo${TITLES[list]}`, done.entry) : null),
  );
  if (isChanged)
    deps.log.info('risk.listed', { entryId: entry.id, list, kind: entry.kind, actor: caller.id });
  return entry;
}

/** @throws Problem INVALID_INPUT for a reason that is none */
export function checkReason(reason: string): void {
  if (reason.trim().length === 0 || reason.length > REASON_MAX || !isStorable(reason))
    throw invalidInput(`A reason has 1 to ${REASON_MAX} characters.`, 'reason');
}

// What is listed may be a payer's, and the audit log forgets nothing: there it goes by the entry's id.
const noteOf = (action: string, { id, kind, reason, expiresAt }: RiskListEntry) => ({
  action,
  targetId: id,
  reason,
  diff: { kind, expiresAt },
});

/**
 * The same in a transaction of the caller's, who writes it down.
 * @param value in the form in which it is looked for
 */
export async function put(
  client: Queryable,
  caller: Caller,
  list: RiskList,
  { kind, value: given, reason, expiresAt = null }: ListInput,
): Promise<{ readonly entry: RiskListEntry; readonly isChanged: boolean }> {
  const { rows: asked } = await client.query<{ value: string; is_over: boolean }>(
    `select case $1::text when 'address' then network($2::text::inet)::text else $2::text end as value,
       $3::timestamptz <= instant() as is_over`,
    [kind, given, expiresAt],
  );
  if (asked[0]?.is_over) throw invalidInput('The end of an entry lies in the future.', 'expiresAt');
  const value = asked[0]?.value as string;
  // What is not on it yet has no row to lock.
  await client.query(
    `select pg_advisory_xact_lock(hashtextextended(concat_ws(':', 'risk list', $1::text, $2::text, $3::text), 0))`,
    [...[list, kind, value]],
  );
  const { rows } = await client.query<Row>(
    `select *, expires_at <= instant() as is_over from risk_lists
     where list = $1 and kind = $2 and value = $3 and removed_at is null for update`,
    [list, kind, value],
  );
  const [before] = rows;
  if (before && !before.is_over) {
    const known = toEntry(before);
    if (known.reason === reason && known.expiresAt?.getTime() === expiresAt?.getTime())
      return { entry: known, isChanged: false };
    return { entry: await written(client, CHANGE, [known.id, reason, expiresAt]), isChanged: true };
  }
  if (before) await client.query(END, [before.id]);
  const id = newId(ID_KINDS[list]);
  return {
    entry: await written(client, ADD, [id, list, kind, value, reason, expiresAt, caller.id]),
    isChanged: true,
  };
}

const CHANGE = 'update risk_lists set reason = $2, expires_at = $3 where id = $1 returning *';
const END = 'update risk_lists set removed_at = instant(), removed_by = created_by where id = $1';
const ADD = `
  insert into risk_lists (id, list, kind, value, range, reason, expires_at, created_by)
  values ($1, $2, $3, $4, case $3::text when 'address' then $4::text::cidr end, $5, $6, $7) returning *`;

async function written(client: Queryable, text: string, values: unknown[]): Promise<RiskListEntry> {
  const { rows } = await client.query<Row>(text, values);
  if (!rows[0]) throw new Fault('An entry of a list was not written');
  return toEntry(rows[0]);
}

/** Takes an entry off its list. A second time it answers like the first. @throws Problem NOT_FOUND */
export async function takeOffList(
  deps: ListDeps,
  caller: Caller,
  list: RiskList,
  id: string,
): Promise<RiskListEntry> {
  const { entry, isNew } = await audited(
    deps.pool,
    caller,
    async (client) => {
      const { rows } = await client.query<Row>(
        'select * from risk_lists where id = $1 and list = $2 for update',
        [id.replaceAll('\0', ''), list],
      );
      if (!rows[0]) throw notFound('The entry', ['input', 'id']);
      const known = toEntry(rows[0]);
      if (known.removedAt) return { entry: known, isNew: false };
      return { entry: await written(client, REMOVE, [known.id, caller.id]), isNew: true };
    },
    (done) => (done.isNew ? { action: `removeFrom${TITLES[list]}`, targetId: done.entry.id } : null),
  );
  if (isNew) deps.log.info('risk.unlisted', { entryId: entry.id, list, kind: entry.kind, actor: caller.id });
  return entry;
}

const REMOVE = 'update risk_lists set removed_at = instant(), removed_by = $2 where id = $1 returning *';
