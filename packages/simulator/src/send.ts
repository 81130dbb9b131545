// Delivers webhook events until the receiver accepts them: claimed with a lease, so that any process takes over what
// a crash left, and therefore at least once and in no particular order, like the providers themselves.
import type { Pool } from 'pg';
import { type Loop, makeLoop, pause } from './loop';
import type { ProviderName } from './objects';
import { inSets } from './sets';
import { type Letter, signedHeaders, type WebhookSecrets } from './sign';

export interface Delivery {
  readonly provider: ProviderName;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export type Deliver = (delivery: Delivery) => Promise<{ readonly status: number }>;

export interface SenderOptions {
  readonly pool: Pool;
  readonly deliver: Deliver;
  readonly secrets: WebhookSecrets;
  readonly clock: { nowMs(): number };
  readonly onFault: (error: unknown) => void;
}

// Enough to keep a receiver busy, few enough that a slow one is not buried.
const IN_FLIGHT_MAX = 32;
// How long a receiver may take. Razorpay allows 5 s, Stripe does not say.
const TIMEOUT_MS = 10_000;
// Longer than a delivery can last, so that a second owner means that the first one died.
const LEASE_MS = 15_000;
// What another process left behind is seen this late at most.
const INTERVAL_MS = 200;
// 0.5 s, 1.5 s, 4.5 s … 6 min: eight tries over nine minutes, so that a receiver may be restarted in between.
const RETRY = { attemptsMax: 8, backoffMs: 500, backoffFactor: 3 };

interface ClaimedEvent extends Letter {
  readonly attempt: number;
}

interface Report {
  readonly id: string;
  readonly attempt: number;
  /** The receiver's answer, 0 when none came. */
  readonly status: number;
}

/** Stopping it waits for the deliveries under way. */
export function makeSender(options: SenderOptions): Loop {
  const { pool } = options;
  const inFlight = new Set<Promise<void>>();
  const record = inSets<Report, number | null>((reports) => recordDeliveries(pool, reports));

  async function send(event: ClaimedEvent): Promise<void> {
    const status = await statusOf(options, event);
    const waitMs = await record({ id: event.id, attempt: event.attempt, status });
    if (waitMs !== null) loop.wake(waitMs);
  }

  const loop = makeLoop({
    intervalMs: INTERVAL_MS,
    onFault: options.onFault,
    async run() {
      const room = IN_FLIGHT_MAX - inFlight.size;
      if (room === 0) {
        await Promise.race(inFlight);
        return true;
      }
      const claimed = await claimEvents(pool, room);
      for (const event of claimed) {
        const sending: Promise<void> = send(event)
          .catch(options.onFault)
          .finally(() => inFlight.delete(sending));
        inFlight.add(sending);
      }
      return claimed.length === room;
    },
  });
  return {
    ...loop,
    async stop() {
      await loop.stop();
      await Promise.all(inFlight);
    },
  };
}

async function claimEvents(pool: Pool, limit: number): Promise<ClaimedEvent[]> {
  const { rows } = await pool.query<ClaimedEvent>({
    name: 'simulator_claim_events',
    text: 'select id, provider, body, attempt, forged from simulator.claim_events($1, $2)',
    values: [limit, LEASE_MS],
  });
  return rows;
}

// A receiver that throws or hangs has not answered; that is its own business and no fault of the sender.
async function statusOf({ deliver, secrets, clock }: SenderOptions, event: ClaimedEvent): Promise<number> {
  const answered = new AbortController();
  const { provider, body } = event;
  try {
    const answer = await Promise.race([
      deliver({ provider, headers: signedHeaders(event, secrets, clock.nowMs()), body }),
      pause(TIMEOUT_MS, answered.signal),
    ]);
    return answer?.status ?? 0;
  } catch {
    return 0;
  } finally {
    answered.abort();
  }
}

/** Answers for each report with the milliseconds until the event is sent again, or null when it is not. */
async function recordDeliveries(pool: Pool, reports: readonly Report[]): Promise<(number | null)[]> {
  const { rows } = await pool.query<{ id: string; wait_ms: number }>({
    name: 'simulator_record_deliveries',
    text: 'select id, wait_ms from simulator.record_deliveries($1, $2, $3, $4, $5, $6)',
    values: [
      reports.map((report) => report.id),
      reports.map((report) => report.attempt),
      reports.map((report) => report.status),
      RETRY.attemptsMax,
      RETRY.backoffMs,
      RETRY.backoffFactor,
    ],
  });
  const waits = new Map(rows.map((row) => [row.id, row.wait_ms]));
  return reports.map((report) => waits.get(report.id) ?? null);
}
