// A database with its relay and its senders, and purchases made straight at the door.
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { CODE, ENTITIES } from '../../src/app/database';
import type { Caller } from '../../src/callers/caller';
import { createSpend } from '../../src/credits/spend';
import { applicationDataSource } from '../../src/db/data-source';
import { addressRules } from '../../src/deliveries/address';
import { createWebhookEndpoint } from '../../src/deliveries/create-endpoint';
import type { DeliveryDeps } from '../../src/deliveries/deps';
import { createPost } from '../../src/deliveries/post';
import { createSender, type SenderOptions } from '../../src/deliveries/sender';
import { createHub } from '../../src/events/hub';
import { runLoops } from '../../src/jobs/run-loops';
import { createSecretBox } from '../../src/kernel/secret-box';
import { captured, claimIntents, declined, doorOn, plain, reading, silent } from '../support/intents';
import { type TestDatabase, useDatabase } from '../support/pools';
import { relayAll } from '../support/relay-all';
import { closeReceivers } from './receiver';

export const admin: Caller = { id: 'admin_1', role: 'admin' };

export interface Stand {
  readonly database: TestDatabase;
  readonly deps: DeliveryDeps;
  readonly pool: pg.Pool;
  /** A sender as a process of its own has it; the schedule is quick unless the test says otherwise. */
  send(options?: Partial<SenderOptions>): { stop(): Promise<void> };
  endpoint(url: string, events?: string[]): Promise<{ id: string; secret: string }>;
  /** Relays until nothing is left. */
  relay(): Promise<void>;
  /** An open intent of a new user. */
  intent(userId?: string): Promise<{ id: string; userId: string }>;
  pay(intentId: string): Promise<void>;
  fail(intentId: string): Promise<void>;
  cancel(intentId: string): Promise<void>;
  spend(userId: string, credits: number, reason: string): Promise<void>;
  sql(text: string, values?: unknown[]): Promise<any[]>;
  deliveries(endpointId: string): Promise<any[]>;
}

/** Attempts follow one another at once, as many as the real schedule has. */
export const AT_ONCE = Array.from({ length: 10 }, () => 0);

export function useStand(): Stand {
  const database = useDatabase();
  const made = {} as { deps: DeliveryDeps; dataSource: DataSource; pool: pg.Pool };
  const stops: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    made.dataSource = await applicationDataSource(database.url, CODE.schema, ENTITIES, 4).initialize();
    made.pool = database.pool();
    const secrets = createSecretBox(['the key of this stand']);
    made.deps = { mode: 'mock', pool: made.pool, dataSource: made.dataSource, log: silent, secrets };
  });
  afterEach(async () => {
    await Promise.all(stops.splice(0).map((stop) => stop()));
    await closeReceivers();
    // What a test left in the queue is not the next one's business.
    await made.pool.query('update webhook_endpoints set enabled = false where enabled');
  });
  afterAll(() => made.dataSource.destroy());
  const settle = (id: string, fact: Parameters<typeof reading>[1]) => doorOn(made.pool)(reading(id, fact));
  const sql: Stand['sql'] = async (text, values) => (await made.pool.query(text, values)).rows;

  return {
    database,
    get deps() {
      return made.deps;
    },
    get pool() {
      return made.pool;
    },
    send: (options) => {
      const ending = new AbortController();
      const post = createPost(addressRules('mock'));
      const hub = createHub();
      const sender = createSender({
        pool: made.pool,
        post,
        hub,
        log: silent,
        secrets: made.deps.secrets,
        scheduleSeconds: AT_ONCE,
        ...options,
      });
      const running = runLoops({ pool: made.pool, hub, log: silent }, [sender], ending.signal);
      const stop = async () => {
        ending.abort();
        await running;
      };
      stops.push(stop);
      return { stop };
    },
    endpoint: async (url, events = ['*']) => {
      const { endpoint, secret } = await createWebhookEndpoint(made.deps, admin, {
        url,
        events,
        enabled: true,
      });
      return { id: endpoint.id, secret };
    },
    relay: () => relayAll(made.pool),
    intent: async (userId = `user_${randomUUID()}`) => {
      const [intent] = await claimIntents(made.pool, [userId]);
      return { id: intent!.id, userId };
    },
    pay: async (id) => void (await settle(id, captured(`ch_${id}`))),
    fail: async (id) => void (await settle(id, declined(`ch_no_${randomUUID()}`, true))),
    cancel: async (id) => void (await settle(id, plain('canceled'))),
    spend: async (userId, credits, reason) => {
      const key = randomUUID();
      await createSpend(made.pool)({
        userId,
        credits: BigInt(credits),
        reason,
        key,
        inputHash: key,
        actor: userId,
        kind: 'user',
      });
    },
    sql,
    deliveries: (endpointId) =>
      sql('select * from deliveries where endpoint_id = $1 order by created_at, order_key, sequence, id', [
        endpointId,
      ]),
  };
}
