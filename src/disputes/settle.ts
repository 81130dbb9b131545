// The one door for news about a dispute. What is decided is decided in settle.sql, under the intent's lock.
import path from 'node:path';
import { type Row, rowMapper } from '../db/columns';
import { walletSubject } from '../events/event.entity';
import type { IntentDeps } from '../intents/deps';
import { newId } from '../kernel/ids';
import { invariant } from '../kernel/invariant';
import type { Intent } from '../payments/intent.entity';
import type { ProviderDispute } from '../providers/dispute';
import { Dispute } from './dispute.entity';

export const DISPUTES_SQL = path.join(__dirname, 'settle.sql');

/** not_paid: the payment is not booked on this intent. stale: a later reading was applied before. */
export type DisputeOutcome = 'not_paid' | 'stale' | 'same' | 'changed';

export interface DisputeReading {
  readonly intent: Intent;
  /** From begin_reads(), taken before the provider was asked. */
  readonly readNumber: number;
  readonly object: ProviderDispute;
  /** The webhook events that told of it, for the timeline. */
  readonly notes: readonly object[];
}

type Answer = Row & { readonly outcome: DisputeOutcome };

/** Settles what a reading of a dispute says. */
export async function settleDispute(
  deps: Pick<IntentDeps, 'pool' | 'hub' | 'log'>,
  { intent, readNumber, object, notes }: DisputeReading,
): Promise<{ readonly outcome: DisputeOutcome; readonly dispute: Dispute | null }> {
  const { rows } = await deps.pool.query<Answer>(
    `select s.outcome, (s.dispute).* from settle_dispute($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) s`,
    [
      newId('dispute'),
      intent.provider,
      object.providerDisputeId,
      intent.id,
      readNumber,
      object.providerPaymentId,
      object.status,
      object.amount.amountMinor,
      object.amount.currency,
      object.amountWithdrawnMinor,
      object.reason,
      object.needsAnswer,
      object.respondBy === null ? null : new Date(object.respondBy * 1000),
      new Date(object.createdAt * 1000),
      JSON.stringify(notes),
    ],
  );
  const [row] = rows;
  invariant(row, `No answer about dispute ${object.providerDisputeId}`);
  const dispute = row.outcome === 'not_paid' || row.id === null ? null : rowMapper(Dispute)(row);
  if (row.outcome === 'changed' && dispute) {
    deps.hub.publish([intent.id, walletSubject(intent.userId)]);
    deps.log[dispute.status === 'won' ? 'info' : 'warn'](`dispute.${dispute.status}`, {
      disputeId: dispute.id,
      intentId: intent.id,
      userId: intent.userId,
      amountMinor: dispute.amountMinor.toString(),
      currency: dispute.currency,
      creditsFrozen: dispute.creditsFrozen,
      creditsRevoked: dispute.creditsRevoked,
    });
  }
  return { outcome: row.outcome, dispute };
}
