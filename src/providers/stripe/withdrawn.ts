// What Stripe holds for a dispute, in the dispute's own currency, by the movements of our balance there. The balance may be
// in another currency: what was taken and what came back were then converted on different days, at different rates.

import { nearestMinor } from './currencies';

interface Move {
  readonly amount: number;
  readonly currency: string;
  readonly created?: number | undefined;
}

interface Disputed {
  /** In minor units of `currency`, positive. */
  readonly amount: number;
  readonly currency: string;
  readonly balance_transactions: readonly Move[];
}

/** Between the day on which a dispute is opened and the day on which it is decided, rates move less than a tenth. */
const RATES_MOVE = 0.1;

/** In minor units of the dispute's currency, without Stripe's fee: what is gone now, from 0 up. */
export function withdrawnMinor({ amount, currency, balance_transactions }: Disputed): bigint {
  const moves = [...balance_transactions].sort((a, b) => (a.created ?? 0) - (b.created ?? 0));
  const ours = moves.filter((move) => move.currency === currency);
  const exact = -ours.reduce((sum, move) => sum + move.amount, 0);
  const converted = moves.filter((move) => move.currency !== currency);
  const share = shareTaken(converted.map((move) => move.amount));
  return nearestMinor(Math.max(0, exact + Math.round(share * amount)), currency);
}

/**
 * Which part of the most that was ever taken is gone now, from 0 to 1: of -110, -3, +112 nothing, of -110, +112, -111 all,
 * of -50, -60, +55 a half. What is within a tenth of all or nothing is that, converted at another rate.
 */
function shareTaken(amounts: readonly number[]): number {
  let taken = 0;
  let peak = 0;
  for (const amount of amounts) {
    taken -= amount;
    peak = Math.max(peak, taken);
  }
  if (peak === 0) return 0;
  const share = taken / peak;
  if (share <= RATES_MOVE) return 0;
  return share >= 1 - RATES_MOVE ? 1 : share;
}
