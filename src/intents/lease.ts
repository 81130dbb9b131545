// Who works on an intent right now, by the database's clock. Everything that needs the provider is done under a lease,
// so that a process that dies leaves work that another one can find. See lease.sql.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type pg from 'pg';
import { type AuditNote, audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { type Row, rowMapper } from '../db/columns';
import { setVerb } from '../db/set-verb';
import type { Queryable } from '../db/transaction';
import { invariant } from '../kernel/invariant';
import { Intent } from '../payments/intent.entity';

export const LEASE_SQL = path.join(__dirname, 'lease.sql');

export const newLeaseToken = (): string => randomUUID();

/** stripe-node re-sends once even when told not to, so a call may take two timeouts; 20 s more for a busy machine. */
export const leaseSecondsFor = (providerTimeoutMs: number): number =>
  Math.ceil((2 * providerTimeoutMs) / 1000) + 20;

export interface Leases {
  /** Numbers a read that is about to be made. */
  beginRead(intentId: string): Promise<number>;
  /** @param by an operator, whose request is written down with it; null for everybody else. */
  requestEnd(
    intentId: string,
    kind: 'cancel' | 'expire',
    token: string,
    by?: { readonly caller: Caller; readonly note: AuditNote } | null,
  ): Promise<EndRequest>;
  /** Intents whose lease ran out, now ours. */
  takeOver(token: string, limit: number): Promise<Intent[]>;
  /** Takes the lease of an open intent again after a read was settled. False: somebody else is at it, or it is over. */
  retake(intentId: string, token: string): Promise<boolean>;
  /** Puts the work back for `seconds`; nothing happens when the lease is no longer ours. */
  putOff(intentId: string, token: string, seconds: number): Promise<void>;
  /** Ids of open intents whose time to pay ran out. */
  findExpired(limit: number): Promise<string[]>;
}

export type EndRequest =
  | { readonly outcome: 'not_found' }
  | { readonly outcome: 'closed' | 'leased' | 'in_progress'; readonly intent: Intent };

type ReadAnswer = { ord: number; read_number: number };

export function createLeases(options: { pool: pg.Pool; leaseSeconds: number }): Leases {
  const { pool, leaseSeconds } = options;
  const toIntent = rowMapper(Intent);
  const begin = setVerb<string, ReadAnswer>({
    pool,
    name: 'begin_reads',
    text: 'select * from begin_reads($1)',
    values: (ids) => [ids],
  });
  return {
    beginRead: async (intentId) => {
      const [answer] = await begin([intentId]);
      invariant(answer?.read_number, `No intent ${intentId} to read for`);
      return answer.read_number;
    },
    requestEnd: async (intentId, kind, token, by = null) => {
      const request = async (client: Queryable) => {
        const { rows } = await client.query<Row>(
          'select e.outcome, (e.intent).* from request_end($1, $2, $3, $4) e',
          [intentId, kind, token, leaseSeconds],
        );
        return rows[0];
      };
      const row = by ? await audited(pool, by.caller, request, () => by.note) : await request(pool);
      if (!row || row.outcome === 'not_found') return { outcome: 'not_found' };
      return { outcome: row.outcome as 'closed' | 'leased' | 'in_progress', intent: toIntent(row) };
    },
    takeOver: async (token, limit) => {
      const { rows } = await pool.query<Row>('select * from take_leases($1, $2, $3)', [
        token,
        leaseSeconds,
        limit,
      ]);
      return rows.map(toIntent);
    },
    retake: async (intentId, token) => {
      const { rows } = await pool.query<{ taken: boolean }>('select retake_lease($1, $2, $3) as taken', [
        intentId,
        token,
        leaseSeconds,
      ]);
      return rows[0]?.taken === true;
    },
    putOff: async (intentId, token, seconds) => {
      await pool.query('select defer_lease($1, $2, $3)', [intentId, token, seconds]);
    },
    findExpired: async (limit) => {
      const { rows } = await pool.query<{ id: string }>('select find_expired as id from find_expired($1)', [
        limit,
      ]);
      return rows.map((row) => row.id);
    },
  };
}
