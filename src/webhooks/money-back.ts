// Works events about refunds, disputes and warnings: each names its object and its payment, of which the intent is found, and what
// is believed is a fresh read of them.
import { readDispute } from '../disputes/read';
import type { IntentDeps } from '../intents/deps';
import { readAndSettle } from '../intents/read';
import type { SecretBox } from '../kernel/secret-box';
import type { Intent } from '../payments/intent.entity';
import type { EventSubject } from '../providers/event-subject';
import type { Failure } from '../providers/provider';
import { readRefund } from '../refunds/read';
import { readWarning } from '../reviews/read-warning';
import { type End, failed, parked, processed, quarantined, unread } from './ends';
import type { WebhookEvent } from './event.entity';
import { bodiesOf } from './find';
import { type IntentOfObject, intentOf } from './intent-of';
import { endOfUnknown } from './unknown';

interface Deps {
  readonly intents: IntentDeps;
  readonly secrets: SecretBox;
  readonly intentOfObject: IntentOfObject;
}

/** Reads what an event about a refund, a dispute or a warning is about, and settles it. */
export async function endOfMoneyBack(deps: Deps, event: WebhookEvent): Promise<End> {
  const { intents } = deps;
  const provider = intents.providers.get(event.provider);
  if (!provider) return failed(event, null, `${event.provider} is not enabled`);
  const [body] = await bodiesOf({ pool: intents.pool, secrets: deps.secrets }, [event.id]);
  if (!body) return failed(event, null, 'Its body is no longer kept, or SECRETS_KEY does not open it.');
  const subject = provider.subjectOf(body);
  const intent = await intentFor(deps, event, subject);
  if (intent === null) {
    const { providerIntentId } = event;
    const named = { providerIntentId, providerPaymentId: subject.providerPaymentId };
    return (await endOfUnknown(deps, [event], named))(event);
  }
  if (intent === 'foreign') return quarantined('The intent that it names has another object.');
  if ('kind' in intent) return unread(event, null, intent);
  const note = { webhookEventId: event.id, type: event.type };
  if (event.subject === 'refund') return endOfRefund(intents, event, intent, subject.providerRefundId, note);
  const { providerWarningId } = subject;
  if (event.subject === 'warning') return endOfWarning(intents, event, intent, providerWarningId);
  const end = await endOfDispute(intents, event, intent, subject.providerDisputeId, note);
  const isReport = end.status === 'processed' && providerWarningId !== null;
  return isReport ? endOfWarning(intents, event, intent, providerWarningId) : end;
}

/** By the object that it names, else by its payment, else by asking the provider on what that payment was made. */
async function intentFor(
  deps: Deps,
  event: WebhookEvent,
  { providerPaymentId }: EventSubject,
): Promise<Intent | null | 'foreign' | Failure> {
  const { intents } = deps;
  const find = (providerIntentId: string) =>
    intentOf(
      { intentOfObject: deps.intentOfObject, readIntent: intents.readIntent },
      { provider: event.provider, providerIntentId },
      [event],
    );
  if (event.providerIntentId) return find(event.providerIntentId);
  if (!providerPaymentId) return null;
  const { rows } = await intents.pool.query<{ intent_id: string }>(
    'select intent_id from intent_payments where provider_payment_id = $1 and provider = $2',
    [providerPaymentId, event.provider],
  );
  if (rows[0]) return intents.readIntent(rows[0].intent_id);
  const asked = await intents.providers
    .get(event.provider)
    ?.getIntentIdOfPayment(providerPaymentId, { timeoutMs: intents.providerTimeoutMs });
  if (asked?.kind === 'ok') return asked.value === null ? null : find(asked.value);
  return asked?.kind === 'not_found' || !asked ? null : asked;
}

async function endOfDispute(
  intents: IntentDeps,
  event: WebhookEvent,
  intent: Intent,
  disputeId: string | null,
  note: object,
): Promise<End> {
  if (!disputeId) return quarantined('It names no dispute.');
  const read = await readDispute(intents, intent, disputeId, [note]);
  if (read.kind !== 'settled') return unread(event, intent.id, read);
  if (read.outcome === 'not_paid') return parked(event);
  return read.outcome === 'stale'
    ? failed(event, intent.id, 'Others read it at the same time.')
    : processed(intent.id);
}

async function endOfWarning(
  intents: IntentDeps,
  event: WebhookEvent,
  intent: Intent,
  warningId: string | null,
): Promise<End> {
  if (!warningId) return quarantined('It names no warning.');
  const read = await readWarning(intents, intent, warningId);
  if (read.kind !== 'settled') return unread(event, intent.id, read);
  return read.outcome === 'not_paid' ? parked(event) : processed(intent.id);
}

async function endOfRefund(
  intents: IntentDeps,
  event: WebhookEvent,
  intent: Intent,
  refundId: string | null,
  note: object,
): Promise<End> {
  // The payment first: news of a refund may overtake the news of its payment.
  const read = await readAndSettle(intents, intent, {
    actor: 'provider',
    note: { kind: 'webhook_received', data: note },
  });
  if (read.kind === 'conflict' && read.code === 'foreign_object') return quarantined(read.message);
  if (read.kind !== 'settled') return unread(event, intent.id, read);
  if (!refundId || read.object.refunds.some((refund) => refund.providerRefundId === refundId))
    return processed(intent.id);
  // One that failed is on no list of what was refunded.
  const refund = await readRefund(intents, intent, refundId, { note: null });
  return refund.kind === 'settled' ? processed(intent.id) : unread(event, intent.id, refund);
}
