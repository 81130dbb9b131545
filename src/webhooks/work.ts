// Works stored webhook events. The body only says which object changed: what is believed is a fresh read of the provider,
// settled like any other news. Events about one object that wait at the same time share a read, because all of them were
// stored before it began.
import { type Row, rowMapper } from '../db/columns';
import type { IntentDeps } from '../intents/deps';
import { readAndSettle } from '../intents/read';
import type { SecretBox } from '../kernel/secret-box';
import { plainFact } from '../payments/facts';
import type { Intent } from '../payments/intent.entity';
import { PROVIDER_NAMES } from '../providers/descriptors';
import type { Observed, Step } from '../telemetry/observed';
import type { WebhookCounts, WebhookDeps, WorkWebhookEvent } from './deps';
import { type End, FOREIGN, failed, ignored, processed, quarantined, settled, unread } from './ends';
import { WebhookEvent } from './event.entity';
import { bodiesAbout, bodiesOf } from './find';
import { type FinishWebhookEvent, LEASE_SECONDS } from './inbox';
import { createIntentOfObject, type IntentOfObject, intentOf } from './intent-of';
import { lanes } from './lanes';
import { endOfMoneyBack } from './money-back';
import { endOfUnknown } from './unknown';

// Reads of one provider at the same time: enough to hide its latency, and few beside what it allows (Stripe: 100 calls a
// second). Each provider has lanes of its own, so that one that hangs holds up nobody else's events.
const READS_AT_ONCE = 24;
// While events come in they come first: the provider waits for us, and the work for nobody. It catches up afterwards.
const READS_WHILE_RECEIVING = 4;
// Events that share a read. Each leaves a line in the timeline, and a set is settled in as many rounds as its longest has.
const SHARED_MAX = 16;
// Due events of one round; they wait in the same lanes.
const DUE_MAX = 256;

export interface WorkDeps {
  readonly intents: IntentDeps;
  readonly finish: FinishWebhookEvent;
  /** Opens the bodies of events. */
  readonly secrets: SecretBox;
  readonly intentOfObject: IntentOfObject;
  /** After this what waits is left to other processes. */
  readonly signal: AbortSignal;
  readonly observed?: Pick<Observed, 'tracer'>;
}

interface Queued {
  readonly event: WebhookEvent;
  readonly sinceMs: number;
}

/** Makes the function through which this process works all its events. */
export function createWork(
  options: Omit<WorkDeps, 'intentOfObject'>,
  counts: Pick<WebhookCounts, 'storing'>,
): WorkWebhookEvent {
  const deps = { ...options, intentOfObject: createIntentOfObject(options.intents.pool) };
  const byProvider = new Map(
    PROVIDER_NAMES.map((provider) => [
      provider,
      lanes<Queued>({
        keyOf: ({ event }) => (event.subject === 'payment' && event.providerIntentId) || event.id,
        work: (queued) => workTogether(deps, queued),
        // The lease runs out, and somebody takes the events again.
        onFault: (error) => deps.intents.log.error('webhook.fault', { provider, error: String(error) }),
        atOnce: () => (counts.storing > 0 ? READS_WHILE_RECEIVING : READS_AT_ONCE),
        itemsMax: SHARED_MAX,
      }),
    ]),
  );
  return async (event) => {
    const over = options.intents.worked.begin(event.provider, event.providerEventId);
    await byProvider.get(event.provider)?.({ event, sinceMs: performance.now() });
    over();
  };
}

/** SQL: whether an event is due. */
export const WEBHOOK_EVENTS_ARE_DUE = `(select true from webhook_events where lease_until < (select instant())
  order by lease_until limit 1)`;

/** One round over events that are due. @returns how many were worked. */
export async function workDueWebhookEvents(
  deps: Pick<WebhookDeps, 'pool' | 'workWebhookEvent'>,
): Promise<number> {
  const { rows } = await deps.pool.query<Row>('select * from take_webhook_events($1, $2)', [
    LEASE_SECONDS,
    DUE_MAX,
  ]);
  await Promise.all(rows.map(rowMapper(WebhookEvent)).map(deps.workWebhookEvent));
  return rows.length;
}

async function workTogether(deps: WorkDeps, queued: readonly Queued[]): Promise<void> {
  const startedMs = performance.now();
  if (deps.signal.aborted) return;
  // Another process has taken over what waited longer than its lease.
  const isOurs = ({ sinceMs }: Queued) => startedMs - sinceMs < LEASE_SECONDS * 1_000;
  const events = queued.filter(isOurs).map(({ event }) => event);
  const tracer = deps.observed?.tracer();
  const steps = tracer ? events.map(({ type }) => tracer.begin(`webhook ${type}`, 'consumer', null)) : [];
  const ends = await endsOf(deps, events, steps[0]);
  await Promise.all(
    events.map(async (event, at) => {
      const end = ends[at] as End;
      const durationMs = performance.now() - startedMs;
      tell(deps, event, end);
      endStep(steps[at], event, end);
      // When even this fails, the lease runs out and somebody takes the event again.
      await deps
        .finish({ id: event.id, number: event.attemptCount + 1, durationMs, ...end })
        .then(() => {
          const { provider, providerEventId } = event;
          if (end.againSeconds === null) deps.intents.worked.note(provider, providerEventId, end.intent);
        })
        .catch((error) =>
          deps.intents.log.error('webhook.not_finished', { webhookEventId: event.id, error: String(error) }),
        );
    }),
  );
  // Who waits for these events is told also when nothing changed.
  const [intentId] = ends.flatMap((end) => end.intentId ?? []);
  if (intentId) deps.intents.hub.publish([intentId]);
}

function endStep(step: Step | undefined, event: WebhookEvent, { intentId, status, error }: End): void {
  if (!step) return;
  if (intentId) step.of({ id: intentId });
  const { id, provider, attemptCount } = event;
  const attempt = {
    'gateway.provider': provider,
    'gateway.webhook_event_id': id,
    'gateway.attempt': attemptCount + 1,
  };
  step.end({ ...attempt, 'gateway.status': status }, error === null ? null : status);
}

async function endsOf(deps: WorkDeps, events: readonly WebhookEvent[], step?: Step): Promise<End[]> {
  const early = new Map(events.map((event) => [event, endWithoutReading(deps, event)]));
  const rest = events.filter((event) => !early.get(event));
  const endOf = await endByReading(deps, rest, step).catch(
    (error: unknown) => (event: WebhookEvent) => failed(event, null, String(error)),
  );
  return events.map((event) => early.get(event) ?? endOf(event));
}

/** What an event's own words decide; null when the provider has to be asked. */
function endWithoutReading({ intents }: WorkDeps, event: WebhookEvent): End | null {
  const isLive = intents.mode === 'live';
  if (event.livemode !== null && event.livemode !== isLive)
    return quarantined(`The event is of ${event.livemode ? 'live' : 'test'} mode, the gateway is not.`);
  if (event.subject === 'other') return ignored();
  // Fees and payouts are read from the provider's own books.
  return event.subject === 'settlement' ? ignored('Settlements are read by reconciliation.') : null;
}

/** Reads the object that all of `events` are about, once, and settles what it says. */
async function endByReading(
  deps: WorkDeps,
  events: readonly WebhookEvent[],
  step?: Step,
): Promise<(event: WebhookEvent) => End> {
  const [first] = events;
  // Only events about one payment share a lane, so that this one is alone.
  if (first && first.subject !== 'payment') {
    const end = await endOfMoneyBack(deps, first);
    return () => end;
  }
  const { intentOfObject, intents } = deps;
  if (!first?.providerIntentId) return endOfPaymentAlone(deps, events);
  const object = { provider: first.provider, providerIntentId: first.providerIntentId };
  const intent = await intentOf({ intentOfObject, readIntent: intents.readIntent }, object, events);
  if (!intent) return endOfUnknown(deps, events, { ...object, providerPaymentId: null });
  if (intent === 'foreign') return () => quarantined('The intent that it names has another object.');
  const [note, ...moreNotes] = events.map((event) => ({
    kind: 'webhook_received' as const,
    data: { webhookEventId: event.id, type: event.type },
  }));
  const within = step ? { about: step.of(intent) } : {};
  if (await saysNothingNew(deps, intent)) {
    // No news either, but the timeline says that they came.
    const known = { intentId: intent.id, readNumber: null, object: null, facts: [plainFact('accepted')] };
    await intents.settle({ ...known, ...within, actor: 'provider', note: note ?? null, moreNotes });
    return () => processed(intent.id);
  }
  const news = { actor: 'provider', note: note ?? null, moreNotes, ...within };
  const result = await readAndSettle(intents, intent, news);
  if (result.kind === 'settled') {
    const end = settled(result.intent);
    return () => end;
  }
  if (result.kind === 'conflict' && result.code === 'foreign_object')
    return () => quarantined(result.message);
  return (event) => unread(event, intent.id, result);
}

/** A payment that names no object: on those that we made each does. */
async function endOfPaymentAlone(deps: WorkDeps, events: readonly WebhookEvent[]) {
  const { intents, secrets } = deps;
  const [first] = events;
  const provider = first && intents.providers.get(first.provider);
  const [body] = first ? await bodiesOf({ pool: intents.pool, secrets }, [first.id]) : [];
  const providerPaymentId = (body && provider?.subjectOf(body).providerPaymentId) ?? null;
  return endOfUnknown(deps, events, { providerIntentId: null, providerPaymentId });
}

/**
 * Whether everything that ever came about this object tells what is booked already, to the last unit: then there is nothing
 * to ask. News that would book anything is always read, so that a leaked webhook secret alone makes no credits; and where
 * other news came, one that was read too early for it may be waiting to be seen.
 */
async function saysNothingNew({ intents, secrets }: WorkDeps, intent: Intent): Promise<boolean> {
  const provider = intents.providers.get(intent.provider);
  if (intent.status !== 'succeeded' || !provider || !intent.providerIntentId) return false;
  const bodies = await bodiesAbout({ pool: intents.pool, secrets }, intent.provider, intent.providerIntentId);
  return bodies.every((body) => {
    const told = body && provider.toldBy(body);
    return (
      told?.providerPaymentId === intent.providerPaymentId &&
      told?.amount.amountMinor === intent.amountMinor &&
      told.amount.currency === intent.currency
    );
  });
}

function tell({ intents }: WorkDeps, event: WebhookEvent, end: End): void {
  if (end.error === FOREIGN) intents.foreignCounts.add(event.provider, 'event', 1);
  const { id: webhookEventId, provider, type } = event;
  const intentId = end.intentId ?? undefined;
  const facts = { webhookEventId, provider, type, intentId, error: end.error };
  if (end.status === 'quarantined' || end.status === 'dead')
    intents.log.error(`webhook.${end.status}`, facts);
  if (end.status === 'failed') intents.log.warn('webhook.failed', facts);
}
