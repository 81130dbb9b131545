// A gateway that sold, a copy of its database from a minute before, and the providers, which have moved on: they remember in a
// database of their own and are reached over HTTP.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { type SimulatorServer, serve } from '../../packages/simulator/src/server';
import { createSimulator, type Simulator } from '../../packages/simulator/src/simulator';
import { type App, startApp } from '../../src/app';
import { createIntent } from '../../src/intents/create';
import { readAndSettle } from '../../src/intents/read';
import type { SimulatedOutcome } from '../../src/intents/simulate';
import { systemClock } from '../../src/kernel/clock';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import type { ProviderName } from '../../src/providers/provider';
import { readConfig } from '../../src/providers/read-config';
import { type FreshDatabase, freshDatabase, onServer, ownerOf, urlOf } from '../support/database';
import { silent } from '../support/intents';
import { heardPool } from '../support/pools';

export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Sold {
  readonly id: string;
  readonly userId: string;
  readonly provider: ProviderName;
  readonly providerIntentId: string;
}

export interface RecoverStand {
  /** Of the gateway that sells now; another one after a restart. */
  readonly app: App;
  readonly simulator: Simulator;
  /** Where a gateway finds the providers. */
  readonly settings: Readonly<Record<string, string>>;
  sell(userId: string, provider: ProviderName, packageId?: string): Promise<Sold>;
  play(sold: Pick<Sold, 'provider' | 'providerIntentId'>, outcome: SimulatedOutcome): Promise<void>;
  look(sold: Sold): Promise<void>;
  /** Copies the database as it is now. @returns when that was */
  backUp(): Promise<Date>;
  /** The gateway that sold is no more: its copy is what there is, and a gateway serves over it. */
  restore(): Promise<void>;
  /** Of the database that there is now. */
  rows(text: string, values?: unknown[]): Promise<Record<string, any>[]>;
  /** At the providers. */
  there(text: string, values?: unknown[]): Promise<Record<string, any>[]>;
  cli(...args: string[]): Promise<Said>;
}

export function useRecoverStand(): RecoverStand {
  const made = {} as {
    app: App;
    live: FreshDatabase;
    url: string;
    copy: string;
    pool: pg.Pool;
    simulator: Simulator;
    server: SimulatorServer;
    there: FreshDatabase;
  };
  const settings = () => ({ STRIPE_API_BASE: made.server.url, RAZORPAY_API_BASE: made.server.url });
  const start = async (url: string) => {
    const config = { DATABASE_URL: url, ROLE: 'worker', UNAPPLIED_REFUND: 'manual', ...settings() };
    made.url = url;
    made.app = await startApp(readConfig(config), silent);
  };
  beforeAll(async () => {
    made.there = await freshDatabase();
    made.live = await freshDatabase();
    made.pool = heardPool({ connectionString: made.there.url, max: 4 });
    made.simulator = createSimulator({
      pool: made.pool,
      clock: systemClock,
      secrets: MOCK_WEBHOOK_SECRETS,
      deliver: async () => ({ status: 500 }),
    });
    made.server = await serve(made.simulator, { port: 0, host: '127.0.0.1' });
    await start(made.live.url);
  });
  afterAll(async () => {
    await made.app.close();
    await made.server.close();
    await made.pool.end();
  });
  const rowsOf = async (url: string, text: string, values?: unknown[]) => {
    const client = new pg.Client(ownerOf(url));
    await client.connect();
    return client
      .query(text, values)
      .then(({ rows }) => rows, Promise.reject.bind(Promise))
      .finally(() => client.end());
  };
  return {
    get app() {
      return made.app;
    },
    get simulator() {
      return made.simulator;
    },
    get settings() {
      return settings();
    },
    sell: async (userId, provider, packageId = 'small') => {
      const input = { packageId, provider, idempotencyKey: randomUUID(), reference: `order-${userId}` };
      const { intent } = await createIntent(made.app.deps, { id: userId, role: 'user' }, input);
      return { id: intent.id, userId, provider, providerIntentId: intent.providerIntentId ?? '' };
    },
    play: async ({ provider, providerIntentId }, outcome) => {
      await made.simulator.play({ provider, providerIntentId, outcome, delayMs: 0 });
    },
    look: async ({ id }) => {
      const intent = await made.app.deps.readIntent(id);
      if (!intent) throw new Error('No such intent');
      const read = await readAndSettle(made.app.deps, intent, { actor: 'provider', note: null });
      expect(read.kind).toBe('settled');
    },
    backUp: async () => {
      await made.app.close();
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      await onServer(
        `create database ${name} template ${new URL(made.live.url.replace(/^\w+:\/\/[^/]*/, 'http://x')).pathname.slice(1)}`,
      );
      made.copy = urlOf(name);
      const at = new Date();
      await start(made.live.url);
      return at;
    },
    restore: async () => {
      await made.app.close();
      await start(made.copy);
    },
    rows: (text, values) => rowsOf(made.url, text, values),
    there: (text, values) => rowsOf(made.there.url, text, values),
    cli: (...args) => {
      const options = {
        cwd: path.resolve(__dirname, '..', '..'),
        env: { PATH: process.env.PATH, DATABASE_URL: made.url, ...settings() },
        timeout: 120_000,
      };
      return new Promise((resolve) =>
        execFile(
          process.execPath,
          ['--enable-source-maps', 'dist/src/cli/cli.js', ...args],
          options,
          (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
        ),
      );
    },
  };
}
