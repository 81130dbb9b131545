// What lifelike customers do, drawn from a number: the same number gives the same history. Pure.
// Only the instants also depend on a day, and are drawn apart: whoever buys what stays the same on any other day.
import type { SimulatedOutcome } from '../intents/simulate';
import { descriptorOf } from '../providers/descriptors';
import type { ProviderName } from '../providers/provider';

/** What can be bought, and through whom: as the gateway has it. */
export interface Market {
  /** Cheapest first, each with its currencies, its own first. */
  readonly packages: readonly { readonly id: string; readonly currencies: readonly string[] }[];
  readonly providers: readonly ProviderName[];
}

/** What becomes of a purchase that was paid, some days later. */
export type Sequel = 'refund' | 'half_refund' | 'inquiry' | 'dispute' | 'won' | 'lost' | 'fraud' | 'warning';

export interface PlannedPurchase {
  readonly key: string;
  readonly userId: string;
  readonly packageId: string;
  readonly currency: string;
  readonly provider: ProviderName;
  /** Played one after the other; a declined payer often tries again. */
  readonly outcomes: readonly SimulatedOutcome[];
  /** Spent afterwards, when the purchase succeeded. */
  readonly spends: readonly number[];
  /** Set aside afterwards, and what becomes of it. */
  readonly hold: { readonly credits: number; readonly end: 'settle' | 'release' | 'expire' } | null;
  readonly sequel: { readonly what: Sequel; readonly afterDays: number } | null;
  readonly redeems: boolean;
  readonly isCanceled: boolean;
  readonly at: Date;
}

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

// Of the cheapest packages most are sold; of four as many as were sold of ours. What further ones there are share the last part.
const PACKAGE_SHARES = [0.38, 0.36, 0.19, 0.07];
// One of six pays in another currency than the package's own, always the same one.
const ABROAD = 1 / 6;

/**
 * Oldest first.
 * @param until the history ends before this instant, and begins six weeks earlier.
 */
export function planPurchases(count: number, seed: number, until: Date, market: Market): PlannedPurchase[] {
  const next = numbersFrom(seed);
  const users = Math.max(3, Math.round(count / 6));
  const plan = Array.from({ length: count }, (_, number) => {
    // A few buy often, most once or twice.
    const user = 1 + Math.floor(users * next() ** 2);
    const bought = boughtBy(user, next, market);
    return {
      key: `seed-${seed}-${number}`,
      userId: `user_${user}`,
      ...bought,
      outcomes: outcomesOf(next),
      spends: Array.from({ length: Math.floor(next() * 4) }, () => 1 + Math.floor(next() * 20)),
      hold: holdOf(next),
      sequel: sequelOf(next),
      redeems: next() < 0.05,
      isCanceled: next() < 0.3,
      // How many draws an instant takes depends on the calendar, so it has numbers of its own.
      at: instantOf(numbersFrom(Math.floor(next() * 2 ** 32)), until),
    };
  });
  return plan.sort((a, b) => a.at.getTime() - b.at.getTime());
}

function boughtBy(user: number, next: () => number, { packages, providers }: Market) {
  const nth = Number(pick(next(), Object.fromEntries(PACKAGE_SHARES.map((share, at) => [at, share]))));
  const offer = packages[Math.min(nth, packages.length - 1)];
  const [own = '', ...others] = offer?.currencies ?? [];
  const abroad = others[user % Math.max(1, others.length)];
  const currency = abroad && numbersFrom(user)() < ABROAD ? abroad : own;
  const takes = providers.filter((name) => descriptorOf(name).terms.has(currency));
  // The largest part first.
  const shares = takes
    .map((name) => [name, descriptorOf(name).seedShare] as const)
    .sort(([, a], [, b]) => b - a);
  const whole = shares.reduce((sum, [, share]) => sum + share, 0);
  const provider = pick(next() * whole, Object.fromEntries(shares)) as ProviderName;
  return { packageId: offer?.id ?? '', currency, provider };
}

function holdOf(next: () => number): PlannedPurchase['hold'] {
  const [isHeld, credits, end] = [next() < 0.12, 5 + Math.floor(next() * 15), next()];
  return isHeld ? { credits, end: end < 0.5 ? 'settle' : end < 0.75 ? 'release' : 'expire' } : null;
}

const SEQUELS: Readonly<Record<Sequel, number>> = {
  refund: 0.02,
  half_refund: 0.02,
  inquiry: 0.002,
  dispute: 0.004,
  won: 0.004,
  lost: 0.004,
  fraud: 0.002,
  warning: 0.004,
};

function sequelOf(next: () => number): PlannedPurchase['sequel'] {
  const [number, days] = [next(), next()];
  const whole = Object.values(SEQUELS).reduce((sum, share) => sum + share, 0);
  return number < whole ? { what: pick(number, SEQUELS) as Sequel, afterDays: 0.5 + days * 9 } : null;
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
    succeed: 0.75,
    processing_then_succeed: 0.06,
    duplicate_webhook: 0.02,
    amount_mismatch: 0.002,
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
