// A simulator on a database of its own, with a mailbox as the receiver of its webhook events, and the providers' real
// SDKs pointed at it over TCP.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import Razorpay from 'razorpay';
import Stripe from 'stripe';
import { installSimulator } from '../../packages/simulator/src/install';
import { type SimulatorServer, serve } from '../../packages/simulator/src/server';
import {
  createSimulator,
  type Deliver,
  type Delivery,
  type Simulator,
} from '../../packages/simulator/src/simulator';
import { systemClock } from '../../src/kernel/clock';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import { freshDatabase } from '../support/database';
import { heardPool } from '../support/pools';

export const SECRETS = {
  ...MOCK_WEBHOOK_SECRETS,
  ...{ stripe: 'whsec_of_a_test', razorpay: 'razorpay-secret-of-a-test' },
};

export const fixture = (name: string): any =>
  JSON.parse(readFileSync(path.join(__dirname, '../fixtures', name), 'utf8'));

/** A delivery as the receiver saw it. */
export interface Mail extends Delivery {
  readonly id: string;
  readonly type: string;
  readonly json: any;
  readonly status: number;
  readonly atMs: number;
}

/** Receives webhook events. Verifies signatures the way each provider's SDK does and refuses a broken one with 400. */
export class Mailbox {
  readonly mail: Mail[] = [];
  /** Answers for mail whose signature is right; 200 unless a test says otherwise. */
  answer: (mail: Omit<Mail, 'status'>) => number | Promise<number> = () => 200;

  readonly deliver = async (delivery: Delivery): Promise<{ status: number }> => {
    const json = JSON.parse(delivery.body);
    const id = delivery.provider === 'stripe' ? json.id : delivery.headers['x-razorpay-event-id'];
    const mail = { ...delivery, id, type: json.type ?? json.event, json, atMs: Date.now() };
    const status = isGenuine(delivery) ? await this.answer(mail) : 400;
    this.mail.push({ ...mail, status });
    return { status };
  };

  get accepted(): Mail[] {
    return this.mail.filter((mail) => mail.status === 200);
  }

  /** Resolves with the accepted mail when there is this much of it. */
  async wait(count: number): Promise<Mail[]> {
    await until(() => this.accepted.length >= count, `${count} accepted webhook events`);
    return this.accepted;
  }
}

function isGenuine({ provider, body, headers }: Delivery): boolean {
  if (provider === 'razorpay')
    return Razorpay.validateWebhookSignature(body, headers['x-razorpay-signature'] ?? '', SECRETS.razorpay);
  try {
    Stripe.webhooks.constructEvent(body, headers['stripe-signature'] ?? '', SECRETS.stripe);
    return true;
  } catch {
    return false;
  }
}

/** Resolves when the condition holds. @throws after thirty seconds. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 30_000;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export class Stand {
  readonly mailbox = new Mailbox();
  readonly faults: unknown[] = [];
  private readonly ends: (() => Promise<unknown>)[] = [];
  private readonly pools = new Map<Simulator, pg.Pool>();

  private constructor(
    readonly url: string,
    readonly pool: pg.Pool,
  ) {}

  static async open(): Promise<Stand> {
    const { url, drop } = await freshDatabase();
    const pool = heardPool({ connectionString: url, max: 2 });
    const stand = new Stand(url, pool);
    pool.on('error', (error) => stand.faults.push(error));
    await installSimulator(pool);
    stand.ends.push(drop, () => pool.end());
    return stand;
  }

  /** One more process: a simulator with a pool of its own on the same database. */
  process(deliver: Deliver = this.mailbox.deliver): Simulator {
    const pool = heardPool({ connectionString: this.url, max: 4, application_name: 'a process' });
    // A connection that breaks while idle is replaced; without a listener it would end the process.
    pool.on('error', (error) => this.faults.push(error));
    const simulator = createSimulator({
      pool,
      deliver,
      secrets: SECRETS,
      clock: systemClock,
      onFault: (error) => this.faults.push(error),
    });
    this.pools.set(simulator, pool);
    this.ends.push(
      () => pool.end(),
      () => simulator.stop(),
    );
    return simulator;
  }

  /** The names of what a process asks the database for while something is done. */
  async statementsOf(simulator: Simulator, work: () => Promise<unknown>): Promise<string[]> {
    const sent = jest.spyOn(this.pools.get(simulator) as pg.Pool, 'query');
    try {
      await work();
      return sent.mock.calls.map(([statement]) => String((statement as { name?: unknown }).name));
    } finally {
      sent.mockRestore();
    }
  }

  /** Holds a process back once: it gets the rows of this statement, when there are any, only after release(). */
  holdAfter(simulator: Simulator, statement: string): { reached: Promise<void>; release: () => void } {
    const pool = this.pools.get(simulator) as pg.Pool;
    const query = pool.query.bind(pool) as (config: { name?: string }) => Promise<pg.QueryResult>;
    let reach = () => {};
    let release = () => {};
    const reached = new Promise<void>((resolve) => {
      reach = resolve;
    });
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    pool.query = (async (config: { name?: string }) => {
      const result = await query(config);
      if (config.name === statement && result.rows.length > 0) {
        reach();
        await released;
      }
      return result;
    }) as typeof pool.query;
    return { reached, release };
  }

  async serve(simulator: Simulator): Promise<SimulatorServer> {
    const server = await serve(simulator, { port: 0, host: '127.0.0.1' });
    this.ends.push(() => server.close());
    return server;
  }

  async close(): Promise<void> {
    for (const end of this.ends.reverse()) await end();
  }
}

export const stripeAt = (server: SimulatorServer, key = 'sk_test_mock') =>
  new Stripe(key, {
    host: '127.0.0.1',
    port: server.port,
    protocol: 'http',
    maxNetworkRetries: 0,
    telemetry: false,
  });

export function razorpayAt(server: SimulatorServer, keyId = 'rzp_test_mock'): Razorpay {
  const razorpay = new Razorpay({ key_id: keyId, key_secret: 'mock-key-secret' });
  // The SDK has no setting for its address.
  (razorpay as unknown as { api: { rq: { defaults: { baseURL: string } } } }).api.rq.defaults.baseURL =
    server.url;
  return razorpay;
}
