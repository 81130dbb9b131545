// What a product's back end is told of a stored event: the body of a delivery. It is made of the event and of what never
// changes about its intent and its posting, so that it says how things were then, however late it is made.
import { jsonCredits } from '../kernel/credits';
import { numberedId } from '../kernel/ids';
import type { SecretBox } from '../kernel/secret-box';
import { receiptPath } from '../receipts/link';
import type { EventTypeName, TEST_TYPE } from './event-types';
import { disputeOf, refundOf } from './money-back-data';
import type { RelayedRow } from './relayed-row';
import { attackOf, decidedReviewOf, openedReviewOf } from './risk-data';

/** A body. Its shape for each type stands in docs/events. */
export interface ProductEvent {
  readonly id: string;
  readonly type: EventTypeName | typeof TEST_TYPE;
  readonly version: 1;
  /** The version of the intent or of the balance: orders the events of one of them. */
  readonly sequence: number;
  readonly occurredAt: string;
  readonly userId: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Null for what is nobody's business outside: most events.
 * @param secrets what signs links to receipts
 */
export function productEventOf(row: RelayedRow, secrets: SecretBox): ProductEvent | null {
  const type = typeOf(row);
  if (!type || row.version === null) return null;
  return {
    id: numberedId('event', row.id),
    type,
    version: 1,
    sequence: row.version,
    occurredAt: row.at.toISOString(),
    userId: row.user_id,
    data: DATA[type](row, secrets),
  };
}

/** By which deliveries of this event keep their order: a busy balance, or code, would queue behind its own round trips. */
export const orderKeyOf = (row: RelayedRow): string | null =>
  row.kind === 'balance_changed' || row.kind === 'promo_redeemed' ? null : row.subject;

function typeOf({ kind, from_status, to_status, posting, data }: RelayedRow): EventTypeName | null {
  // A hold that shrinks stays open.
  if (kind === 'hold_changed') return from_status === to_status ? null : (HOLDS[to_status ?? ''] ?? null);
  if (kind === 'status_changed') return OUTCOMES[to_status ?? ''] ?? null;
  if (kind === 'balance_changed' && data.expiring) return 'credits.expiring';
  if (kind === 'promo_redeemed') return 'promo.redeemed';
  if (kind === 'balance_changed') return POSTINGS[posting ?? ''] ?? null;
  // Told of a short time ago: it counts, and nobody is sent it.
  if (kind === 'balance_low')
    return data.quiet ? null : Number(data.level) === 0 ? 'credits.depleted' : 'credits.low';
  // One that the provider accepted while its money is still under way succeeds later.
  if (kind === 'refund_issued') return data.status === 'succeeded' ? 'refund.succeeded' : null;
  return MONEY_BACK[kind] ?? RISK[kind] ?? null;
}

const MONEY_BACK: Readonly<Record<string, EventTypeName>> = {
  refund_requested: 'refund.created',
  refund_succeeded: 'refund.succeeded',
  refund_failed: 'refund.failed',
  dispute_opened: 'dispute.opened',
  dispute_won: 'dispute.won',
  dispute_lost: 'dispute.lost',
  dispute_closed: 'dispute.closed',
};

const RISK: Readonly<Record<string, EventTypeName>> = {
  attack_started: 'risk.attack_started',
  attack_ended: 'risk.attack_ended',
  review_opened: 'risk.review_opened',
  review_approved: 'risk.decided',
  review_rejected: 'risk.decided',
  review_expired: 'risk.decided',
};

const OUTCOMES: Readonly<Record<string, EventTypeName>> = {
  succeeded: 'intent.succeeded',
  failed: 'intent.failed',
  canceled: 'intent.canceled',
};
const POSTINGS: Readonly<Record<string, EventTypeName>> = {
  grant: 'credits.granted',
  promo_grant: 'credits.granted',
  promo_revoke: 'credits.revoked',
  spend_reversal: 'credits.reversed',
  spend: 'credits.spent',
  expiry: 'credits.expired',
  adjustment: 'credits.adjusted',
};
const HOLDS: Readonly<Record<string, EventTypeName>> = {
  open: 'hold.created',
  settled: 'hold.settled',
  released: 'hold.released',
  expired: 'hold.expired',
};

const DATA: Readonly<Record<EventTypeName, (row: RelayedRow, secrets: SecretBox) => ProductEvent['data']>> = {
  'intent.succeeded': (row, secrets) => ({
    ...intentOf(row),
    receiptPath: receiptPath(secrets, String(row.intent_id)),
  }),
  'intent.failed': (row) => ({ ...intentOf(row), failure: row.failure }),
  'intent.canceled': (row) => ({ ...intentOf(row), cancelReason: row.cancel_reason }),
  'credits.granted': (row) => ({
    ...transactionOf(row),
    source: row.posting === 'promo_grant' ? 'promo' : 'purchase',
    intentId: row.intent_id,
    credits: grantedOf(row),
    owedPaid: grantedOf(row) - Number(row.data.delta),
    reason: row.public_reason,
    balance: balanceOf(row.data),
  }),
  'credits.expiring': ({ data }) => {
    const { lotId: _, ...expiring } = data.expiring as Readonly<Record<string, unknown>>;
    const expiresAt = new Date(expiring.expiresAt as string).toISOString();
    return { ...expiring, expiresAt, balance: balanceOf(data) };
  },
  'promo.redeemed': ({ data: { userId: _, ...redeemed } }) => redeemed,
  'credits.reversed': (row) => ({
    ...transactionOf(row),
    spendTransactionId: numberedId('creditTransaction', String(row.data.spendId)),
    credits: Number(row.data.returned),
    balance: balanceOf(row.data),
  }),
  'credits.low': (row) => ({ level: Number(row.data.level), balance: balanceOf(row.data) }),
  'credits.depleted': (row) => ({ balance: balanceOf(row.data) }),
  'credits.revoked': (row) => ({
    ...transactionOf(row),
    credits: -Number(row.data.delta),
    balance: balanceOf(row.data),
  }),
  'credits.spent': (row) => ({
    ...transactionOf(row),
    credits: -Number(row.data.delta),
    reason: row.reason,
    ...callerDataOf(row),
    balance: balanceOf(row.data),
  }),
  'credits.expired': (row) => ({
    ...transactionOf(row),
    intentId: row.intent_id,
    credits: -Number(row.data.delta),
    balance: balanceOf(row.data),
  }),
  'credits.adjusted': (row) => ({
    ...transactionOf(row),
    credits: Number(row.data.adjusted),
    owedPaid: Number(row.data.adjusted) - Number(row.data.delta),
    reason: row.public_reason,
    ...callerDataOf(row),
    balance: balanceOf(row.data),
  }),
  'hold.created': holdOf,
  'hold.settled': (row) => ({
    ...holdOf(row),
    settledCredits: Number(row.data.settledCredits),
    // Nothing is posted for a hold of which nothing was used.
    transactionId: row.data.journalId === null ? null : transactionOf(row).transactionId,
  }),
  'hold.released': holdOf,
  'hold.expired': holdOf,
  'refund.created': refundOf,
  'refund.succeeded': refundOf,
  'refund.failed': (row) => ({ ...refundOf(row), creditsReturned: row.data.creditsReturned }),
  'dispute.opened': disputeOf,
  'dispute.won': disputeOf,
  'dispute.lost': disputeOf,
  'dispute.closed': disputeOf,
  'risk.attack_started': attackOf,
  'risk.attack_ended': attackOf,
  'risk.review_opened': openedReviewOf,
  'risk.decided': decidedReviewOf,
};

// Fields are called as in the GraphQL schema.
function intentOf(row: RelayedRow): ProductEvent['data'] {
  return {
    intentId: row.intent_id,
    status: row.to_status,
    previousStatus: row.from_status,
    packageId: row.package_id,
    packageName: row.package_name,
    creditsAmount: jsonCredits(row.credits ?? 0n),
    amount: { amountMinor: String(row.amount_minor), currency: row.currency },
    provider: row.provider,
    providerIntentId: row.provider_intent_id,
    providerPaymentId: row.data.providerPaymentId ?? null,
    mock: row.mode === 'mock',
    ...callerDataOf(row),
  };
}

/** What a campaign gave stands in the event, what was bought in its intent. */
const grantedOf = ({ posting, data, credits }: RelayedRow): number =>
  posting === 'promo_grant' ? Number(data.granted) : jsonCredits(credits ?? 0n);

const callerDataOf = ({ reference, metadata }: RelayedRow) => ({ reference, metadata });

function holdOf(row: RelayedRow): ProductEvent['data'] {
  const { subject, data, to_status } = row;
  return {
    holdId: subject,
    status: to_status,
    credits: Number(data.credits),
    reason: data.reason,
    ...callerDataOf(row),
    expiresAt: new Date(data.expiresAt as string).toISOString(),
    balance: balanceOf(data),
  };
}

const transactionOf = ({ data }: RelayedRow) => ({
  transactionId: numberedId('creditTransaction', String(data.journalId)),
});

function balanceOf(data: RelayedRow['data']) {
  const [credits, held, frozen, owed] = [data.balance, data.held, data.frozen, data.owed].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return { credits, available: credits - held - frozen, held, frozen, owed };
}
