import path from 'node:path';
import type pg from 'pg';
import { audited, isAudited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { walletSubject } from '../events/event.entity';
import { type Batch, batch } from '../kernel/batch';
import { CREDITS_MAX, jsonCredits } from '../kernel/credits';
import { invalidInput } from '../kernel/problems';
import { type WalletNamed, walletMeant } from '../wallets/meant';
import { balanceOf } from './balance';
import type { CreditDeps } from './deps';
import type { Wallet } from './wallet.entity';

type Needs = Pick<CreditDeps, 'hub' | 'log' | 'pool' | 'readWallet'>;

export const LOW_BALANCE_SQL = path.join(__dirname, 'low-balance.sql');

/** Exactly one of the two. */
export interface LowLevel {
  readonly credits?: bigint | null;
  /** Of the last purchase's credits, rounded up; before the first purchase it is none. */
  readonly percentOfLastPurchase?: number | null;
}

export interface SetLowBalanceInput extends WalletNamed {
  /** None: nothing is told. */
  readonly levels: readonly LowLevel[];
  /** A level that was told of is not told of again for so long. */
  readonly quietSeconds?: number | null;
}

// A warning, a last one, and one for the person who pays: more is noise.
const LEVELS_MAX = 3;
// A balance that hovers around a level is told of four times a day.
const QUIET_SECONDS = 21_600;
const QUIET_SECONDS_MAX = 604_800; // A week.

/**
 * Sets the levels at which a balance is told to be low. That nothing is left is told too, wherever there is a level.
 * @throws Problem NOT_FOUND for somebody else's, INVALID_INPUT
 */
export async function setLowBalance(deps: Needs, caller: Caller, input: SetLowBalanceInput): Promise<Wallet> {
  const userId = await walletMeant(deps, caller, input, 'manager');
  const quietSeconds = input.quietSeconds ?? QUIET_SECONDS;
  if (input.levels.length > LEVELS_MAX) throw invalidInput(`Set at most ${LEVELS_MAX} levels.`, 'levels');
  if (quietSeconds < 0 || quietSeconds > QUIET_SECONDS_MAX)
    throw invalidInput(`Be quiet for 0 to ${QUIET_SECONDS_MAX} seconds.`, 'quietSeconds');
  const levels = input.levels.map(storedLevel);
  if (new Set(levels.map((level) => JSON.stringify(level))).size < levels.length)
    throw invalidInput('A level is named once.', 'levels');
  await audited(
    deps.pool,
    caller,
    (client) =>
      client.query('select set_low_balance($1, $2, $3)', [userId, JSON.stringify(levels), quietSeconds]),
    () =>
      isAudited(caller)
        ? { action: 'setLowBalance', targetId: userId, diff: { levels, quietSeconds } }
        : null,
  );
  deps.hub.publish([walletSubject(userId)]);
  deps.log.info('balance.levels_set', { userId, levels, quietSeconds, actor: caller.id });
  return balanceOf(deps, userId);
}

function storedLevel({ credits, percentOfLastPurchase: percent }: LowLevel) {
  if ((credits ?? null) !== null && (percent ?? null) === null) {
    const at = credits as bigint;
    if (at < 1n || at > CREDITS_MAX) throw invalidInput(`A level has 1 to ${CREDITS_MAX} credits.`, 'levels');
    return { credits: jsonCredits(at) };
  }
  if ((percent ?? null) === null || (credits ?? null) !== null)
    throw invalidInput('A level has credits, or a per cent of the last purchase.', 'levels');
  if ((percent as number) < 1 || (percent as number) > 100)
    throw invalidInput('A level has 1 to 100 per cent.', 'levels');
  return { percent };
}

/** How a balance stands to its levels. */
export interface LowBalance {
  /** In credits, the lowest first; that nothing is left, 0, is not among them. */
  readonly levels: readonly bigint[];
  /** The lowest level that it is at or below; null: above all of them. */
  readonly level: bigint | null;
  readonly since: Date | null;
  /** How often it was told. */
  readonly episode: number;
}

/** Of a user; null: nothing is watched. */
export type ReadLowBalance = Batch<string, LowBalance | null>;

export const createReadLowBalance = (pool: pg.Pool): ReadLowBalance =>
  batch({
    send: async (userIds) => {
      const { rows } = await pool.query<{
        user_id: string;
        resolved: string[];
        level: bigint | null;
        since: Date | null;
        episode: number;
      }>({
        name: 'low_balances',
        text: `select user_id, resolved::text[] as resolved, level, since, episode from low_balances
          where user_id = any($1) and resolved <> '{}'`,
        values: [userIds],
      });
      const found = new Map(
        rows.map(({ user_id, resolved, level, since, episode }): [string, LowBalance] => [
          user_id,
          { levels: resolved.map(BigInt).filter((one) => one > 0n), level, since, episode },
        ]),
      );
      return userIds.map((id) => found.get(id) ?? null);
    },
  });
