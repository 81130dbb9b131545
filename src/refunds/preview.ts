// What a refund would do, and how much has gone back, of a whole page of intents in one statement.
import type pg from 'pg';

/** Minor units and credits of the payment that bought an intent's package; a row only where there is one. */
export interface MoneyBack {
  readonly intentId: string;
  readonly currency: string;
  readonly paidMinor: bigint;
  /** Accepted by the provider. */
  readonly refundedMinor: bigint;
  /** Asked for and not answered yet. */
  readonly askedMinor: bigint;
  /** About open and lost disputes. */
  readonly disputedMinor: bigint;
  readonly credits: bigint;
  /** Of the lot that it bought, not spent. */
  readonly unspent: bigint;
  /** What a refund can take from the user now, held credits included. */
  readonly takeable: bigint;
}

export interface RefundPreview {
  readonly amountMinor: bigint;
  /** All that can be refunded now. */
  readonly leftMinor: bigint;
  readonly currency: string;
  readonly creditsToRevoke: bigint;
  readonly unspent: bigint;
  readonly wouldOwe: bigint;
}

const MONEY_BACK = `
  select p.intent_id, p.currency, p.amount_minor as paid, p.amount_refunded_minor as refunded,
    (select coalesce(sum(r.amount_minor), 0) from refunds r where r.intent_id = p.intent_id
       and r.provider_payment_id = p.provider_payment_id and r.status = 'pending' and r.provider_refund_id is null) as asked,
    disputed_minor(p, array['open', 'lost']) as disputed, i.credits, coalesce(l.remaining, 0) as unspent,
    coalesce(w.balance - w.frozen, 0) as takeable
  from intent_payments p
  join intents i on i.id = p.intent_id
  left join lots l on l.intent_id = i.id
  left join wallets w on w.user_id = i.user_id
  where p.intent_id = any($1) and p.booked_as = 'bought'`;

/** In the order of the ids; null for an intent that nothing bought. */
export async function moneyBackOf(
  deps: { readonly pool: pg.Pool },
  intentIds: readonly string[],
): Promise<(MoneyBack | null)[]> {
  const { rows } = await deps.pool.query(MONEY_BACK, [intentIds]);
  const byIntent = new Map(
    rows.map((row): [string, MoneyBack] => [
      row.intent_id,
      {
        intentId: row.intent_id,
        currency: row.currency,
        paidMinor: row.paid,
        refundedMinor: row.refunded,
        askedMinor: BigInt(row.asked),
        disputedMinor: row.disputed,
        credits: row.credits,
        unspent: row.unspent,
        takeable: row.takeable,
      },
    ]),
  );
  return intentIds.map((id) => byIntent.get(id) ?? null);
}

/**
 * What a refund of this size would do now; null when so much cannot be refunded.
 * @param amountMinor left out: all that is left. Credits: floor(credits × gone back ÷ paid), as the refund itself counts.
 */
export function previewOf(back: MoneyBack, amountMinor: bigint | null): RefundPreview | null {
  const busy = back.refundedMinor + back.askedMinor + back.disputedMinor;
  const left = back.paidMinor - busy;
  const amount = amountMinor ?? left;
  if (amount < 1n || amount > left) return null;
  const creditsFor = (minor: bigint) => (back.credits * minor) / back.paidMinor;
  const creditsToRevoke = creditsFor(busy + amount) - creditsFor(busy);
  return {
    amountMinor: amount,
    leftMinor: left,
    currency: back.currency,
    creditsToRevoke,
    unspent: back.unspent,
    wouldOwe: creditsToRevoke > back.takeable ? creditsToRevoke - back.takeable : 0n,
  };
}
