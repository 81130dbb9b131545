// What a refund would do, and how much has gone back, of a whole page of intents in one statement.
import type pg from 'pg';
import { descriptorOf } from '../providers/descriptors';
import type { ProviderName } from '../providers/provider';

/** Minor units and credits of the payment that bought an intent's package; a row only where there is one. */
export interface MoneyBack {
  readonly intentId: string;
  readonly provider: ProviderName;
  readonly currency: string;
  readonly paidMinor: bigint;
  /** Accepted by the provider. */
  readonly refundedMinor: bigint;
  /** Asked for and not answered yet. */
  readonly askedMinor: bigint;
  /** About open and lost disputes. */
  readonly disputedMinor: bigint;
  /** Of that about lost ones. */
  readonly lostMinor: bigint;
  /** Credits that refunds and lost disputes have taken. */
  readonly revoked: bigint;
  readonly credits: bigint;
  /** Of what it bought, not spent, wherever it was moved to. */
  readonly unspent: bigint;
  /**
   * What a refund can take from the user now, held credits included, beside what its review gives way. Promotional ones pay
   * what is owed afterwards, but for those that are held.
   */
  readonly takeable: bigint;
  /** Of an open review of it: the credits that it claims, and those of them that it froze. */
  readonly reviewed: bigint;
  readonly frozenByReview: bigint;
  /** Credits that it brought beside: of each bonus, what was taken for money that went back, and what is free of it. */
  readonly bonuses: readonly { readonly credits: bigint; readonly taken: bigint; readonly free: bigint }[];
}

export interface RefundPreview {
  readonly amountMinor: bigint;
  /** All that can be refunded now. */
  readonly leftMinor: bigint;
  readonly currency: string;
  readonly creditsToRevoke: bigint;
  readonly unspent: bigint;
  readonly wouldOwe: bigint;
  /** Of its bonus: what would be taken, and what belongs to this money too and is spent or on hold. */
  readonly bonusToRevoke: bigint;
  readonly bonusSpent: bigint;
  /** The least that the provider sends back. */
  readonly minimumMinor: bigint;
  /** True: something is left after it that is less than that, and cannot go back by itself. */
  readonly restBelowMinimum: boolean;
}

const MONEY_BACK = `
  select p.intent_id, p.provider, p.currency, p.amount_minor as paid, p.amount_refunded_minor as refunded,
    (select coalesce(sum(r.amount_minor), 0) from refunds r where r.intent_id = p.intent_id
       and r.provider_payment_id = p.provider_payment_id and r.status = 'pending' and r.provider_refund_id is null) as asked,
    disputed_minor(p, array['open', 'lost']) as disputed, disputed_minor(p, array['lost']) as lost,
    (select coalesce(sum(r.credits_revoked), 0) from refunds r where r.provider_payment_id = p.provider_payment_id
       and r.provider = p.provider)
      + (select coalesce(sum(d.credits_revoked), 0) from disputes d where d.provider_payment_id = p.provider_payment_id
       and d.provider = p.provider) as revoked, i.credits, coalesce(l.remaining, 0) + m.remaining as unspent,
    coalesce(w.balance - w.frozen - (select coalesce(sum(held), 0)::bigint from lots
      where user_id = w.user_id and not used_up and is_promotional), 0) + m.takeable as takeable, coalesce(c.credits, 0) as reviewed, coalesce(c.frozen, 0) as frozen_by_review,
    coalesce((select array_agg(array[g.credits, coalesce(g.returned_credits, 0), b.remaining - b.held - b.frozen])
      from credit_grants g join lots b on b.journal_id = g.journal_id
      where g.intent_id = p.intent_id and g.revoked_at is null), '{}') as bonuses
  from intent_payments p
  join intents i on i.id = p.intent_id
  left join lots l on l.intent_id = i.id
  cross join lateral (
    select coalesce(sum(remaining), 0)::bigint as remaining,
      coalesce(sum(remaining - frozen) filter (where user_id <> i.user_id), 0)::bigint as takeable
    from lots where root_intent_id = i.id and root_intent_id is not null) m
  left join wallets w on w.user_id = i.user_id
  left join risk_reviews v on v.intent_id = i.id and v.status = 'open'
  left join claims c on c.cause_id = v.id
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
        provider: row.provider,
        currency: row.currency,
        paidMinor: row.paid,
        refundedMinor: row.refunded,
        askedMinor: BigInt(row.asked),
        disputedMinor: row.disputed,
        lostMinor: row.lost,
        revoked: BigInt(row.revoked),
        credits: row.credits,
        unspent: row.unspent,
        takeable: row.takeable,
        reviewed: row.reviewed,
        frozenByReview: row.frozen_by_review,
        bonuses: row.bonuses.map((bonus: (bigint | string)[]) => {
          const [credits, taken, free] = bonus.map(BigInt) as [bigint, bigint, bigint];
          return { credits, taken, free };
        }),
      },
    ]),
  );
  return intentIds.map((id) => byIntent.get(id) ?? null);
}

/**
 * What a refund of this size would do now; null when so much cannot be refunded.
 * @param amountMinor left out: all that is left. Credits as the refund itself counts them when it is booked: floor(credits ×
 *   gone back ÷ paid), less what was taken before; what an open dispute is about has not gone back. Refunds that are asked
 *   for come first.
 */
export function previewOf(back: MoneyBack, amountMinor: bigint | null): RefundPreview | null {
  const busy = back.refundedMinor + back.askedMinor + back.disputedMinor;
  const left = back.paidMinor - busy;
  const amount = amountMinor ?? left;
  const { refundMinimumMinor: minimumMinor, terms } = descriptorOf(back.provider);
  if (amount < 1n || amount > left || amount % (terms.get(back.currency)?.stepMinor ?? 1n) !== 0n)
    return null;
  const creditsFor = (minor: bigint) =>
    (back.credits * (minor < back.paidMinor ? minor : back.paidMinor)) / back.paidMinor;
  const gone = back.refundedMinor + back.lostMinor + back.askedMinor;
  const taken = back.askedMinor > 0n && creditsFor(gone) > back.revoked ? creditsFor(gone) : back.revoked;
  const takes = creditsFor(gone + amount) - taken;
  const creditsToRevoke = positive(takes);
  // A review keeps no more than what does not go back.
  const keeps = positive(back.reviewed - creditsToRevoke);
  const takeable = back.takeable + positive(back.frozenByReview - keeps);
  const rest = left - amount;
  const bonus = bonusOf(back, gone + amount);
  return {
    amountMinor: amount,
    leftMinor: left,
    currency: back.currency,
    creditsToRevoke,
    unspent: back.unspent,
    wouldOwe: positive(creditsToRevoke - takeable),
    ...bonus,
    minimumMinor,
    restBelowMinimum: rest > 0n && rest < minimumMinor,
  };
}

/** As follow_bonus() takes it when so much of the money has gone back. */
function bonusOf({ bonuses, paidMinor }: MoneyBack, goneMinor: bigint) {
  let [bonusToRevoke, bonusSpent] = [0n, 0n];
  for (const { credits, taken, free } of bonuses) {
    const due = positive((credits * (goneMinor < paidMinor ? goneMinor : paidMinor)) / paidMinor - taken);
    const takes = due < free ? due : free;
    bonusToRevoke += takes;
    bonusSpent += due - takes;
  }
  return { bonusToRevoke, bonusSpent };
}

const positive = (credits: bigint): bigint => (credits > 0n ? credits : 0n);
