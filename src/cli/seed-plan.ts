// What lifelike customers do, drawn from a number: the same number gives the same history. Pure.
// Only the instants also depend on a day, and are drawn apart: whoever buys what stays the same on any other day.
import type { SimulatedOutcome } from '../intents/simulate';
import { descriptorOf, PROVIDER_NAMES } from '../providers/descriptors';
import type { ProviderName } from '../providers/provider';

export interface PlannedPurchase {
  readonly key: string;
  readonly userId: string;
  readonly packageId: string;
  readonly provider: ProviderName;
  /** Played one after the other; a declined payer often tries again. */
  readonly outcomes: readonly SimulatedOutcome[];
  /** Spent afterwards, when the purchase succeeded. */
  readonly spends: readonly number[];
  readonly isCanceled: boolean;
  readonly at: Date;
}

// The largest part first.
const PROVIDER_SHARES = Object.fromEntries(
  PROVIDER_NAMES.map((name) => [name, descriptorOf(name).seedShare] as const).sort(([, a], [, b]) => b - a),
);

const DAY_MS = 86_400_000;
export const DAYS = 42;

/** A small generator of numbers in [0, 1) that is the same everywhere: mulberry32. */
export function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Oldest first.
 * @param until the history ends before this instant, and begins six weeks earlier.
 */
export function planPurchases(count: number, seed: number, until: Date): PlannedPurchase[] {
  const next = numbersFrom(seed);
  const users = Math.max(3, Math.round(count / 6));
  const plan = Array.from({ length: count }, (_, number) => ({
    key: `seed-${seed}-${number}`,
    // A few buy often, most once or twice.
    userId: `user_${1 + Math.floor(users * next() ** 2)}`,
    packageId: pick(next(), { small: 0.38, medium: 0.36, large: 0.19, xlarge: 0.07 }),
    provider: pick(next(), PROVIDER_SHARES) as ProviderName,
    outcomes: outcomesOf(next),
    spends: Array.from({ length: Math.floor(next() * 4) }, () => 1 + Math.floor(next() * 20)),
    isCanceled: next() < 0.3,
    // How many draws an instant takes depends on the calendar, so it has numbers of its own.
    at: instantOf(numbersFrom(Math.floor(next() * 2 ** 32)), until),
  }));
  return plan.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function pick(number: number, shares: Readonly<Record<string, number>>): string {
  let sum = 0;
  for (const [name, share] of Object.entries(shares)) {
    sum += share;
    if (number < sum) return name;
  }
  return Object.keys(shares)[0] ?? '';
}

/** Four of five pay at once; of the others some try again, some give up, some never try. */
function outcomesOf(next: () => number): readonly SimulatedOutcome[] {
  const first = pick(next(), {
    succeed: 0.76,
    processing_then_succeed: 0.06,
    duplicate_webhook: 0.02,
    decline: 0.07,
    insufficient_funds: 0.03,
    fail: 0.03,
    none: 0.03,
  });
  if (first === 'none') return [];
  const isDeclined = first === 'decline' || first === 'insufficient_funds';
  return isDeclined && next() < 0.6 ? [first, 'succeed'] : [first as SimulatedOutcome];
}

/** More lately than before, more in the evening than at night, fewer at weekends. */
function instantOf(next: () => number, until: Date): Date {
  for (;;) {
    const at = new Date(until.getTime() - DAYS * DAY_MS * (1 - Math.sqrt(next())));
    const hour = (at.getUTCHours() + 5.5) % 24;
    const byHour = 0.25 + 0.75 * Math.max(0, Math.sin(((hour - 7) / 17) * Math.PI));
    const byDay = [0, 6].includes(at.getUTCDay()) ? 0.65 : 1;
    if (next() < byHour * byDay) return at;
  }
}
