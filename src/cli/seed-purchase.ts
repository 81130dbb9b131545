// One planned purchase, and what comes of it later, by the use cases that serve customers and operators.
import type { Caller } from '../callers/caller';
import { holdCredits } from '../credits/hold';
import { releaseHold } from '../credits/release-hold';
import { settleHold } from '../credits/settle-hold';
import { spendCredits } from '../credits/spend';
import { redeemPromoCode } from '../grants/redeem';
import type { Deps } from '../graphql/context';
import { cancelIntent } from '../intents/cancel';
import { createIntent } from '../intents/create';
import { type SimulatedOutcome, simulatePayment } from '../intents/simulate';
import { refundIntent } from '../refunds/refund';
import type { PlannedPurchase, Sequel } from './seed-plan';

export const FINANCE: Caller = { id: 'finance_asha', role: 'finance' };
export const PROMO_CODE = 'WELCOME-BACK';

/** Something that happens later in the history. */
export interface Step {
  readonly atMs: number;
  readonly act: () => Promise<unknown>;
}

interface Begun {
  readonly id: string;
  readonly status: string;
  readonly replayed: boolean;
  readonly amountMinor: bigint;
}

const payerOf = ({ userId }: PlannedPurchase): Caller => ({ id: userId, role: 'user' });

/** @throws Problem as createIntent */
export async function createPlanned(deps: Deps, purchase: PlannedPurchase): Promise<Begun> {
  const { packageId, provider, currency, key } = purchase;
  const { intent, replayed } = await createIntent(deps, payerOf(purchase), {
    ...{ packageId, provider, currency },
    idempotencyKey: key,
  });
  const { id, status, amountMinor } = intent;
  return { id, status, replayed, amountMinor };
}

/** @returns what the purchase is by then */
export async function paid(deps: Deps, { id, status }: Begun, purchase: PlannedPurchase): Promise<string> {
  let now: string = status;
  for (const outcome of purchase.outcomes)
    now = (await simulatePayment(deps, payerOf(purchase), { id, outcome, delayMs: 0 })).intent.status;
  return now;
}

/** Some of those who did not pay say so. */
export async function cancelPlanned(deps: Deps, { id }: Begun, purchase: PlannedPurchase): Promise<void> {
  if (purchase.isCanceled) await cancelIntent(deps, payerOf(purchase), { id });
}

/** What the bank or finance do days later. */
export function sequelOf(deps: Deps, id: string, { sequel, at, key }: PlannedPurchase): Step[] {
  return sequel ? sequelSteps(deps, id, sequel.what, at.getTime() + sequel.afterDays * DAY_MS, key) : [];
}

/** Redeems, spends and holds, until the credits are used up. @returns how the hold ends @throws Problem */
export async function useCredits(deps: Deps, purchase: PlannedPurchase): Promise<Step[]> {
  const payer = payerOf(purchase);
  const { key, spends, hold, redeems } = purchase;
  if (redeems) await redeemPromoCode(deps, payer, { code: PROMO_CODE }, payer.id);
  for (const [nth, credits] of spends.entries())
    await spendCredits(deps, payer, {
      credits: BigInt(credits),
      reason: 'Usage',
      idempotencyKey: `${key}-spend-${nth}`,
    });
  return hold ? [await held(deps, purchase, hold)] : [];
}

const DAY_MS = 86_400_000;
const HOLD_SECONDS = 6 * 3_600;
// Before it runs out.
const HOLD_ENDS_MS = 3 * 3_600_000;

async function held(
  deps: Deps,
  purchase: PlannedPurchase,
  { credits, end }: NonNullable<PlannedPurchase['hold']>,
): Promise<Step> {
  const payer = payerOf(purchase);
  const { hold } = await holdCredits(deps, payer, {
    credits: BigInt(credits),
    reason: 'Rendering a film',
    ttlSeconds: HOLD_SECONDS,
    idempotencyKey: `${purchase.key}-hold`,
  });
  const settle = { id: hold.id, credits: BigInt(credits - 2), idempotencyKey: `${purchase.key}-settle` };
  const ends = {
    settle: () => settleHold(deps, payer, settle),
    release: () => releaseHold(deps, payer, { id: hold.id }),
    expire: async () => {},
  };
  return { atMs: purchase.at.getTime() + HOLD_ENDS_MS, act: ends[end] };
}

/** What the bank does first, and what comes of it a week later. */
const BY_BANK: Readonly<Partial<Record<Sequel, readonly SimulatedOutcome[]>>> = {
  inquiry: ['dispute_inquiry'],
  dispute: ['dispute_open'],
  won: ['dispute_open', 'dispute_won'],
  lost: ['dispute_open', 'dispute_lost'],
  fraud: ['dispute_fraud'],
  warning: ['early_fraud_warning'],
};
const DECIDED_AFTER_MS = 7 * DAY_MS;

function sequelSteps(deps: Deps, id: string, what: Sequel, atMs: number, key: string): Step[] {
  const outcomes = BY_BANK[what];
  if (outcomes)
    return outcomes.map((outcome, nth) => ({
      atMs: atMs + nth * DECIDED_AFTER_MS,
      act: () => simulatePayment(deps, FINANCE, { id, outcome, delayMs: 0 }),
    }));
  const refund = async () => {
    const intent = await deps.readIntent(id);
    const amountCents = what === 'refund' ? null : Number((intent?.amountMinor ?? 0n) / 2n);
    const reason = what === 'refund' ? 'Bought by mistake' : 'Half of it was not usable';
    return refundIntent(deps, FINANCE, {
      intentId: id,
      amountCents,
      reason,
      idempotencyKey: `${key}-refund`,
    });
  };
  return [{ atMs, act: refund }];
}
