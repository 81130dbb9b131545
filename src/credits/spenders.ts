// Who spent, where it was not the wallet's owner alone.
import type pg from 'pg';
import { type Caller, hasRole } from '../callers/caller';
import { type Batch, batch } from '../kernel/batch';
import { isSharedWalletId } from '../kernel/ids';
import { notFound } from '../kernel/problems';
import { checkSpenderId } from './input';

export interface Spender {
  readonly memberId: string | null;
  readonly apiKeyId: string | null;
}

/**
 * Who spends: of a shared wallet the member who calls, or that the key is bound to; else the member that a back end names; and the
 * API key that it called with.
 * @throws Problem NOT_FOUND for who names somebody else's name to spend in; INVALID_INPUT
 */
export function spenderOf(caller: Caller, walletId: string, memberId: string | null | undefined): Spender {
  const isMember = isSharedWalletId(walletId) && caller.role === 'user';
  const own = isMember ? caller.id : (caller.boundTo?.memberId ?? null);
  const named = memberId ?? own;
  if (named !== own && (own !== null || !hasRole(caller, 'service')))
    throw notFound('The member', ['input', 'memberId']);
  if (named !== null) checkSpenderId(named, 'memberId');
  return { memberId: named, apiKeyId: caller.apiKeyId ?? null };
}

/** What of it stands in the hash of an input: no key, which may be replaced between two tries; a member where there is one. */
export const hashedSpender = ({ memberId }: Spender): { memberId?: string } =>
  memberId === null ? {} : { memberId };

/** By the number of a posting; null: nothing of it is noted. Sets of them are one statement. */
export type ReadSpender = Batch<string, Spender | null>;

export const createReadSpender = (pool: pg.Pool): ReadSpender =>
  batch({
    send: async (journalIds) => {
      const { rows } = await pool.query<{
        journal_id: bigint;
        member_id: string | null;
        api_key_id: string | null;
      }>({
        name: 'spenders_by_posting',
        text: 'select journal_id, member_id, api_key_id from spenders where journal_id = any($1::bigint[])',
        values: [journalIds],
      });
      const found = new Map(
        rows.map((row) => [row.journal_id.toString(), { memberId: row.member_id, apiKeyId: row.api_key_id }]),
      );
      return journalIds.map((id) => found.get(id) ?? null);
    },
  });
