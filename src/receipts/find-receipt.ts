// What a receipt says: who sold what to whom, how it was paid, and what went back since.
import type pg from 'pg';
import type { ReceiptSettings } from '../kernel/receipt-settings';
import type { SecretBox } from '../kernel/secret-box';
import { taxWithin } from './included-tax';
import { isReceiptLink } from './link';

export interface ReceiptDeps {
  readonly pool: pg.Pool;
  readonly secrets: SecretBox;
  readonly config: { readonly merchantName: string; readonly receipt: ReceiptSettings };
}

/** Money that went back to the payer, or is on its way. */
export interface Returned {
  /** dispute: the payer's bank took it. */
  readonly kind: 'refund' | 'dispute';
  readonly isUnderWay: boolean;
  readonly amountMinor: bigint;
  readonly at: Date;
}

export interface Receipt {
  /** The purchase's id: what support finds it by. */
  readonly number: string;
  readonly merchant: ReceiptSettings & { readonly name: string };
  readonly userId: string;
  readonly packageName: string;
  readonly credits: bigint;
  readonly currency: string;
  readonly amountMinor: bigint;
  /** Null: none is shown for this currency. */
  readonly tax: { readonly name: string; readonly basisPoints: bigint; readonly amountMinor: bigint } | null;
  readonly paidAt: Date;
  /** E.g. { kind: 'card', brand: 'visa', last4: '4242' }; null: the provider did not say, or it was erased. */
  readonly method: {
    readonly kind: string;
    readonly brand: string | null;
    readonly last4: string | null;
  } | null;
  readonly paymentId: string | null;
  /** Oldest first. */
  readonly returned: readonly Returned[];
  /** True: no real money moved. */
  readonly isMock: boolean;
}

interface Row extends Pick<Receipt, 'currency' | 'method'> {
  readonly id: string;
  readonly user_id: string;
  readonly package_name: string;
  readonly credits: bigint;
  readonly amount_minor: bigint;
  readonly paid_at: Date;
  readonly provider_payment_id: string | null;
  readonly mode: string;
}

// The payment that bought the credits says when and by what; the intent says what it was for.
const BOUGHT = `
  select i.id, i.user_id, i.package_name, i.credits, i.amount_minor, i.currency, i.payment_method as method, i.mode,
    p.provider_payment_id, coalesce(p.applied_at, i.completed_at, p.seen_at) as paid_at
  from intents i join intent_payments p on p.intent_id = i.id and p.booked_as = 'bought'
  where i.id = $1`;

const RETURNED = `
  select kind, is_under_way as "isUnderWay", amount_minor as "amountMinor", at from (
    select 'refund' as kind, status = 'pending' as is_under_way, amount_minor, coalesce(completed_at, created_at) as at
    from refunds where intent_id = $1 and provider_payment_id = $2 and status <> 'failed'
    union all
    select 'dispute', false, withdrawn_minor - from_unapplied_minor, opened_at
    from disputes where intent_id = $1 and provider_payment_id = $2 and status = 'lost' and withdrawn_minor > from_unapplied_minor
  ) back order by at, kind`;

/**
 * The receipt that a link is for.
 * @param link as receiptPath made it
 * @returns null for a link that was made up, and for a purchase that was not paid: the two look alike
 */
export async function findReceipt(
  { pool, secrets, config }: ReceiptDeps,
  link: { readonly number: string; readonly signature: string },
): Promise<Receipt | null> {
  if (!isReceiptLink(secrets, link.number, link.signature)) return null;
  const { rows } = await pool.query<Row>(BOUGHT, [link.number]);
  const [row] = rows;
  if (!row) return null;
  const returned = await pool.query<Returned>(RETURNED, [row.id, row.provider_payment_id]);
  const tax = config.receipt.taxes[row.currency];
  return {
    number: row.id,
    merchant: { name: config.merchantName, ...config.receipt },
    userId: row.user_id,
    packageName: row.package_name,
    credits: row.credits,
    currency: row.currency,
    amountMinor: row.amount_minor,
    tax: tax ? { ...tax, amountMinor: taxWithin(row.amount_minor, tax) } : null,
    paidAt: row.paid_at,
    method: row.method,
    paymentId: row.provider_payment_id,
    returned: returned.rows,
    isMock: row.mode === 'mock',
  };
}
