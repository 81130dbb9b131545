// Everything that the use cases about credits send to the database in sets. Made once for a process.
import type pg from 'pg';
import { ADJUST_SQL, type Adjust, createAdjust } from './adjust';
import { createReadWallet, type ReadWallet } from './balance';
import { BALANCE_AT_SQL } from './balance-at';
import { createWorkDue, type WorkDue } from './due';
import { createHold, HOLD_SQL, type HoldVerb } from './hold';
import { createReadHold, type ReadHold } from './holds';
import { createReadWalletAndLots, type ReadWalletAndLots } from './lots';
import { createReadMovable, type ReadMovable } from './movable';
import { createMove, MOVE_CREDITS_SQL, type MoveVerb } from './move-credits';
import { createReleaseHold, type ReleaseHoldVerb } from './release-hold';
import {
  createReadReversed,
  createReverseSpend,
  REVERSE_SPEND_SQL,
  type ReadReversed,
  type ReverseSpendVerb,
} from './reverse-spend';
import { createReadLowBalance, LOW_BALANCE_SQL, type ReadLowBalance } from './set-low-balance';
import { createSettleHold, SETTLE_HOLD_SQL, type SettleHoldVerb } from './settle-hold';
import { createSpend, SPEND_SQL, type Spend } from './spend';
import { createReadSpendLimits, type ReadSpendLimits } from './spend-limits';
import { createReadSpender, type ReadSpender } from './spenders';
import { EXPIRING_SQL } from './tell-expiring';
import { createReadTransaction, type ReadTransaction } from './transactions';
import { createReadOtherWallet, type ReadOtherWallet } from './transfers';
import { createReadUsage, type ReadUsage, USAGE_SQL } from './usage';

/** What stands beside this file for the database. */
export const CREDIT_SQL = [
  USAGE_SQL,
  SPEND_SQL,
  HOLD_SQL,
  SETTLE_HOLD_SQL,
  REVERSE_SPEND_SQL,
  LOW_BALANCE_SQL,
  EXPIRING_SQL,
  ADJUST_SQL,
  MOVE_CREDITS_SQL,
  BALANCE_AT_SQL,
];

export interface CreditVerbs {
  readonly readWallet: ReadWallet;
  readonly readWalletAndLots: ReadWalletAndLots;
  readonly readHold: ReadHold;
  readonly readTransaction: ReadTransaction;
  readonly spend: Spend;
  readonly hold: HoldVerb;
  readonly settleHold: SettleHoldVerb;
  readonly releaseHold: ReleaseHoldVerb;
  readonly reverseSpend: ReverseSpendVerb;
  readonly readReversed: ReadReversed;
  readonly readUsage: ReadUsage;
  readonly readLowBalance: ReadLowBalance;
  readonly readSpendLimits: ReadSpendLimits;
  readonly readSpender: ReadSpender;
  readonly adjust: Adjust;
  readonly move: MoveVerb;
  readonly readMovable: ReadMovable;
  readonly readOtherWallet: ReadOtherWallet;
  readonly workDue: WorkDue;
}

export function createCreditVerbs(pool: pg.Pool): CreditVerbs {
  const workDue = createWorkDue(pool);
  return {
    readWallet: createReadWallet(pool, workDue),
    readWalletAndLots: createReadWalletAndLots(pool, workDue),
    readHold: createReadHold(pool, workDue),
    readTransaction: createReadTransaction(pool),
    spend: createSpend(pool),
    hold: createHold(pool),
    settleHold: createSettleHold(pool),
    releaseHold: createReleaseHold(pool),
    reverseSpend: createReverseSpend(pool),
    readReversed: createReadReversed(pool),
    readUsage: createReadUsage(pool),
    readLowBalance: createReadLowBalance(pool),
    readSpendLimits: createReadSpendLimits(pool),
    readSpender: createReadSpender(pool),
    adjust: createAdjust(pool),
    move: createMove(pool),
    readMovable: createReadMovable(pool),
    readOtherWallet: createReadOtherWallet(pool),
    workDue,
  };
}
