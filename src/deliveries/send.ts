// One attempt: signs a delivery, posts it, and writes down what came of it and when it comes again.
import type pg from 'pg';
import type { SecretBox } from '../kernel/secret-box';
import type { Logger } from '../telemetry/logger';
import type { Observed } from '../telemetry/observed';
import type { Post, PostResult } from './post';
import { createFinish, type GiveUp, type TakenDelivery } from './queue';
import { SECRET_PURPOSE, signedHeaders } from './signature';
import { beginDelivery } from './trace';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Three days in all, so that there is time to mend a receiver over a weekend. */
export const SCHEDULE_SECONDS: readonly number[] = [
  0,
  5,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** A receiver that was down over a long weekend is still wanted, and one bad hour of a busy one proves nothing. */
export const GIVE_UP: GiveUp = { seconds: 5 * 24 * HOUR, count: 20 };

// Up to a fifth later, so that what failed together does not come back together.
const JITTER = 0.2;
// No receiver puts us off for longer than our own longest wait.
const RETRY_AFTER_SECONDS_MAX = 24 * HOUR;

export interface SendOptions {
  readonly pool: pg.Pool;
  readonly post: Post;
  readonly log: Logger;
  /** Opens the secrets of endpoints. */
  readonly secrets: SecretBox;
  /** Seconds before each attempt: there are as many attempts as numbers. */
  readonly scheduleSeconds: readonly number[];
  readonly timeoutMs: number;
  readonly giveUp: GiveUp;
  readonly observed?: Pick<Observed, 'tracer'>;
}

/** Makes one attempt. When `signal` aborts it ends without a trace: the lease runs out, and the delivery is sent again. */
export type Send = (taken: TakenDelivery, signal: AbortSignal) => Promise<void>;

export function createSend(options: SendOptions): Send {
  const { pool, log, scheduleSeconds, giveUp } = options;
  const finish = createFinish(pool, giveUp);
  return async ({ delivery, url, secrets }, signal) => {
    const startedMs = performance.now();
    const step = await beginDelivery(options, delivery);
    const trace = step ? { traceparent: step.traceparent() } : {};
    const result = await attempt(options, { delivery, url, secrets }, trace, signal).catch(
      (error: unknown): PostResult => ({ status: null, error: faultOf(error), retryAfterSeconds: null }),
    );
    // What a stop cut off is no failure of the receiver.
    if (signal.aborted && result.status === null) return;
    const durationMs = Math.round(performance.now() - startedMs);
    const { number, status, switchedOff } = await finish({
      delivery,
      durationMs,
      error: result.error,
      againSeconds: waitSeconds(scheduleSeconds, delivery.step, result),
      isGone: result.status === 410,
    });
    const { id: deliveryId, endpointId, type } = delivery;
    const sent = { 'gateway.delivery_id': deliveryId, 'gateway.attempt': number, 'gateway.status': status };
    step?.end(
      { ...sent, 'http.response.status_code': result.status ?? undefined },
      result.error && 'not_received',
    );
    const traceId = step ? { trace_id: step.traceId() } : {};
    const facts = { deliveryId, endpointId, type, number, durationMs, ...traceId };
    if (result.error === null) log.info('delivery.delivered', facts);
    else if (status === 'dead') log.error('delivery.dead', { ...facts, error: result.error });
    else log.warn('delivery.failed', { ...facts, error: result.error });
    if (switchedOff) log.error('webhook_endpoint.switched_off', { endpointId });
  };
}

async function attempt(
  options: SendOptions,
  { delivery, url, secrets }: TakenDelivery,
  trace: { readonly traceparent?: string },
  signal: AbortSignal,
): Promise<PostResult> {
  const opened = secrets.map((secret) => options.secrets.openText(secret, SECRET_PURPOSE));
  const signed = signedHeaders({ id: delivery.eventId, body: delivery.body }, opened, Date.now());
  const headers = {
    ...signed,
    'content-type': 'application/json',
    'user-agent': 'credits-gateway',
    ...trace,
  };
  return options.post({ url, headers, body: delivery.body, timeoutMs: options.timeoutMs, signal });
}

/** A delivery that cannot even be sent, such as one whose secret cannot be read, fails like one that is refused. */
const faultOf = (error: unknown) => `It could not be sent: ${error instanceof Error ? error.name : 'fault'}`;

/** How long until the next attempt; null when this was the last one. */
function waitSeconds(
  schedule: readonly number[],
  step: number,
  { retryAfterSeconds }: PostResult,
): number | null {
  const next = schedule[step + 1];
  if (next === undefined) return null;
  const asked = Math.min(retryAfterSeconds ?? 0, RETRY_AFTER_SECONDS_MAX);
  return Math.max(next * (1 + JITTER * Math.random()), asked);
}
