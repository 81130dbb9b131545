// Delivers webhook events until the receiver accepts them: claimed with a lease, so that any process takes over what
// a crash left, and therefore at least once and in no particular order, like the providers themselves. What this process
// writes itself it may claim as it writes it, and then sends without reading it back.
import type { Pool } from 'pg';
import { inTime, type Loop, makeLoop, pause } from './loop';
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
/** Longer than a delivery can last, so that a second owner means that the first one died. */
export const LEASE_MS = 15_000;
// What another process left behind is seen this late at most. What this one writes, and what it has to send again, rings.
const INTERVAL_MS = 2_000;
// Events that were claimed as they were written and wait for room: they leave within the seconds between a delivery and its lease.
const HANDED_MAX = 512;
// Reports that come together are written together: nobody waits for them.
const GATHER_MS = 40;
// 0.5 s, 1.5 s, 4.5 s … 6 min: eight tries over nine minutes, so that a receiver may be restarted in between.
const RETRY = { attemptsMax: 8, backoffMs: 500, backoffFactor: 3 };

export interface ClaimedEvent extends Letter {
  readonly attempt: number;
}

export interface Sender extends Loop {
  /** Whether so many more events may be claimed as they are written. */
  hasRoom(count: number): boolean;
  /** Sends events that were written as claimed, at once. */
  send(events: readonly ClaimedEvent[]): void;
}

interface Report {
  readonly id: string;
  readonly attempt: number;
  /** The receiver's answer, 0 when none came. */
  readonly status: number;
}

/** Stopping it waits for the deliveries under way. */
export function makeSender(options: SenderOptions): Sender {
  const { pool } = options;
  const inFlight = new Set<Promise<void>>();
  const handed: ClaimedEvent[] = [];
  let isRunning = false;
  const record = inSets<Report, number | null>((reports) => recordDeliveries(pool, reports));

  let reports: Report[] = [];
  const writing = new Set<Promise<void>>();
  function report(one: Report): void {
    reports.push(one);
    if (reports.length > 1) return;
    const written: Promise<void> = pause(GATHER_MS)
      .then(writeDown)
      .finally(() => writing.delete(written));
    writing.add(written);
  }

  async function writeDown(): Promise<void> {
    const told = reports;
    reports = [];
    const waitsMs = await Promise.all(told.map((one) => record(one).catch(options.onFault)));
    for (const waitMs of waitsMs) if (typeof waitMs === 'number') loop.wake(waitMs);
  }

  function start({ id, attempt, ...letter }: ClaimedEvent): void {
    const sending: Promise<void> = statusOf(options, { id, ...letter }).then((status) => {
      report({ id, attempt, status });
      inFlight.delete(sending);
      startHanded();
    });
    inFlight.add(sending);
  }

  function startHanded(): void {
    while (inFlight.size < IN_FLIGHT_MAX) {
      const event = handed.shift();
      if (!event) return;
      start(event);
    }
  }

  const loop = makeLoop({
    intervalMs: INTERVAL_MS,
    onFault: options.onFault,
    async run() {
      const room = IN_FLIGHT_MAX - inFlight.size;
      if (room <= 0) {
        await Promise.race(inFlight);
        return true;
      }
      const claimed = await claimEvents(pool, room);
      for (const event of claimed) start(event);
      return claimed.length === room;
    },
  });
  return {
    wake: loop.wake,
    hasRoom: (count) => isRunning && handed.length + count <= HANDED_MAX,
    send(events) {
      handed.push(...events);
      startHanded();
    },
    start() {
      isRunning = true;
      loop.start();
    },
    async stop() {
      isRunning = false;
      await loop.stop();
      while (inFlight.size > 0) await Promise.all(inFlight);
      await Promise.all(writing);
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
async function statusOf({ deliver, secrets, clock }: SenderOptions, letter: Letter): Promise<number> {
  const { provider, body } = letter;
  try {
    const headers = signedHeaders(letter, secrets, clock.nowMs());
    const answer = await inTime(deliver({ provider, headers, body }), TIMEOUT_MS);
    return answer?.status ?? 0;
  } catch {
    return 0;
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
