// Two processes' worth of gateway on one database and the same providers: one that a test lets fail at any call to its database or its
// providers, before or after the call was carried out, and one that goes on.
import { graphql } from 'graphql';
import pg from 'pg';
import { createSimulator, type Simulator } from '../../packages/simulator/src/simulator';
import type { SimulatorRequest, SimulatorResponse } from '../../packages/simulator/src/wire';
import { type App, startApp } from '../../src/app';
import type { Caller } from '../../src/callers/caller';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { pause, systemClock } from '../../src/kernel/clock';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import { readConfig } from '../../src/providers/read-config';
import { ownerOf } from '../support/database';
import { silent } from '../support/intents';
import { heardPool } from '../support/pools';

/** throw: the call fails. kill: so does every one after it, and connections are cut. hang: it is held until it is let go. */
export const FAULTS = ['kill', 'throw', 'hang'] as const;
export type Fault = (typeof FAULTS)[number];

/** A call of the operation, by its place among them, and whether it was carried out. */
export interface Point {
  readonly call: number;
  readonly isDone: boolean;
}

const schema = buildGatewaySchema();
type Statement = string | { readonly text?: string };
type Connection = { connection?: { stream?: { destroy(): void } } };

export class Gate {
  /** What was called since it was armed: the beginning of each statement, or the provider's route. */
  readonly calls: string[] = [];
  private readonly idle = new Set<string>();
  private readonly clients = new Set<object>();
  private armed: { readonly point: Point | null; readonly fault: Fault } | null = null;
  private isDead = false;
  private isLearning = true;
  private letGo: () => void = () => undefined;
  private held: Promise<void> = Promise.resolve();

  /** Calls that come by themselves are no part of what a test does. */
  async learnIdle(ms: number): Promise<void> {
    await pause(ms);
    this.isLearning = false;
  }

  watch(pool: pg.Pool): void {
    for (const client of (pool as unknown as { _clients: object[] })._clients) this.clients.add(client);
    pool.on('connect', (client) => this.clients.add(client));
  }

  has(client: object): boolean {
    return this.clients.has(client);
  }

  /** From now on calls are counted, and the one at `point` meets the fault; null: none does. */
  arm(point: Point | null, fault: Fault): void {
    this.calls.length = 0;
    this.isDead = false;
    this.armed = { point, fault };
    this.held = new Promise((resolve) => {
      this.letGo = resolve;
    });
  }

  /** Whatever hangs goes on. */
  release(): void {
    this.letGo();
  }

  disarm(): void {
    this.armed = null;
    this.isDead = false;
    this.letGo();
  }

  async pass<Answer>(name: string, client: Connection | null, call: () => Promise<Answer>): Promise<Answer> {
    if (this.isLearning) this.idle.add(name);
    const { armed } = this;
    if (!armed || this.idle.has(name)) return call();
    if (this.isDead) throw this.died(client);
    const at = this.calls.push(name) - 1;
    if (armed.point?.call !== at) return call();
    const { isDone } = armed.point;
    if (armed.fault === 'hang') {
      if (!isDone) await this.held;
      const answer = await call();
      if (isDone) await this.held;
      return answer;
    }
    if (isDone) await call().catch(() => undefined);
    this.isDead = armed.fault === 'kill';
    if (this.isDead) throw this.died(client);
    // As pg says it of a connection that broke under a statement: it is of no use any more.
    throw this.died(client);
  }

  private died(client: Connection | null): Error {
    client?.connection?.stream?.destroy();
    return new Error('Connection terminated unexpectedly');
  }
}

const textOf = (statement: Statement): string =>
  (typeof statement === 'string' ? statement : (statement.text ?? ''))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 60);

const gates: Gate[] = [];
const query = pg.Client.prototype.query as (this: object, ...given: unknown[]) => Promise<unknown>;
/** Stands where the gateway looks the driver's calls up. */
export function watchDriver(): void {
  pg.Client.prototype.query = function (this: object, ...given: unknown[]) {
    const gate = gates.find((one) => one.has(this));
    const [statement] = given as [Statement];
    if (!gate || typeof given.at(-1) === 'function') return query.apply(this, given);
    return gate.pass(textOf(statement), this as Connection, () => query.apply(this, given));
  } as never;
}
export function leaveDriver(): void {
  pg.Client.prototype.query = query as never;
}

export interface Crashing {
  /** The one that fails, and what it fails by. */
  readonly victim: App;
  readonly gate: Gate;
  /** The one that goes on. */
  readonly survivor: App;
  readonly simulator: Simulator;
  rows(text: string, values?: unknown[]): Promise<Record<string, any>[]>;
  /** A mutation's payload; what the gateway masks is thrown. */
  ask(app: App, caller: Caller, name: string, selection: string, input: object): Promise<Record<string, any>>;
  /** Sends the webhook events that wait at the providers, and comes back when none does. */
  news(app: App): Promise<void>;
  close(): Promise<void>;
}

export async function openCrashing(databaseUrl: string, env: Record<string, string>): Promise<Crashing> {
  const pool = heardPool({ connectionString: databaseUrl, max: 4 });
  let receiver: App | null = null;
  const simulator = createSimulator({
    ...{ pool, clock: systemClock, secrets: MOCK_WEBHOOK_SECRETS },
    deliver: async ({ provider, headers, body }) => {
      const { status } = await fetch(`${receiver?.url}/webhooks/${provider}`, {
        method: 'POST',
        headers,
        body,
      });
      return { status };
    },
  });
  const gate = new Gate();
  gates.push(gate);
  const start = async (wire: (request: SimulatorRequest) => Promise<SimulatorResponse>) => {
    const config = { DATABASE_URL: databaseUrl, ROLE: 'api', PORT: '0', RATE_LIMITS: 'off', ...env };
    const app = await startApp(readConfig(config), silent, { stripe: wire, razorpay: wire });
    // What is due there is sent when the test says so.
    await app.deps.simulator?.stop();
    return app;
  };
  const victim = await start((request) =>
    gate.pass(
      `${request.method} ${request.path.replace(/(pi|order|pay|ch)_\w+/, '$1')}`.slice(0, 60),
      null,
      () => simulator.handle(request),
    ),
  );
  const survivor = await start((request) => simulator.handle(request));
  const { driver } = victim.deps.dataSource as unknown as { driver: { master: pg.Pool } };
  for (const one of [victim.deps.pool, driver.master]) gate.watch(one);
  await gate.learnIdle(1_500);
  const owner = new pg.Client(ownerOf(databaseUrl));
  await owner.connect();
  const crashing: Crashing = {
    ...{ victim, survivor, gate, simulator },
    rows: async (text, values) => (await owner.query(text, values)).rows,
    ask: async (app, caller, name, selection, input) => {
      const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
      const source = `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} errors { code message } } }`;
      const contextValue = createContext(app.deps, caller, 'request-1');
      const { data, errors } = await graphql({ schema, source, variableValues: { input }, contextValue });
      const payload = data?.[name] as Record<string, any> | undefined;
      if (!payload) throw new Error(`${name}: ${errors?.[0]?.originalError ?? errors?.[0]}`);
      return payload;
    },
    news: async (app) => {
      receiver = app;
      simulator.start();
      for (let tries = 0; tries < 200; tries++) {
        const [left] = await crashing.rows(
          `select count(*)::int as n from simulator.events where state = 'due' and due_at <= clock_timestamp() + interval '1 minute'`,
        );
        if (left?.n === 0) break;
        // What somebody is writing down is passed over: two who lock many in other orders would wait for each other.
        await crashing.rows(
          `update simulator.events set due_at = clock_timestamp()
           where id in (select id from simulator.events where state = 'due' for update skip locked)`,
        );
        await pause(20);
      }
      await simulator.stop();
    },
    close: async () => {
      gate.disarm();
      await owner.end();
      await Promise.all([victim.close(), survivor.close()]);
      await pool.end();
    },
  };
  return crashing;
}
