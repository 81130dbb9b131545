// Asks the schema in this process, over a database of the test's own: a gateway without its doors and its background work,
// so that each statement that is sent was sent for the question.
import { createHash, randomUUID } from 'node:crypto';
import { type DocumentNode, type ExecutionResult, execute, GraphQLError, parse, validate } from 'graphql';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { CODE, ENTITIES } from '../../src/app/database';
import type { Caller } from '../../src/callers/caller';
import { createCreditVerbs } from '../../src/credits/verbs';
import { applicationDataSource } from '../../src/db/data-source';
import { LimitedClient } from '../../src/db/limited-client';
import { createReadEvents } from '../../src/events/feed';
import { createHub } from '../../src/events/hub';
import { createTail } from '../../src/events/tail';
import { createGrantVerbs } from '../../src/grants/verbs';
import { type Context, createContext, type Deps } from '../../src/graphql/context';
import { createExecute } from '../../src/graphql/execution';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { createKeyCounts } from '../../src/idempotency/key-counts';
import { createReplayCache } from '../../src/idempotency/replay-cache';
import { createReadIntent } from '../../src/intents/find';
import { createReadNewest } from '../../src/intents/newest';
import { systemClock } from '../../src/kernel/clock';
import { newId } from '../../src/kernel/ids';
import { createSecretBox } from '../../src/kernel/secret-box';
import { createCatalogue } from '../../src/packages/find';
import { readConfig } from '../../src/providers/read-config';
import { createProviders } from '../../src/providers/registry';
import { createDecisionCounts } from '../../src/risk/decision-counts';
import { createObserved } from '../../src/telemetry/observed';
import { ownerOf } from '../support/database';
import { captured, claimIntents, declined, doorOn, reading, silent } from '../support/intents';
import { type TestDatabase, useDatabase } from '../support/pools';

export const user = (id: string): Caller => ({ id, role: 'user' });
export const support: Caller = { id: 'sup_1', role: 'support' };
export const service = (id: string): Caller => ({ id, role: 'service' });

/** An answer has the shape of its question. */
export type Answered = Record<string, any>;

export interface Asking {
  readonly database: TestDatabase;
  readonly deps: Deps;
  context(caller: Caller | null): Context;
  ask(caller: Caller | null, source: string, variables?: Record<string, unknown>): Promise<ExecutionResult>;
  /** The data of an answer without errors. */
  data(caller: Caller | null, source: string, variables?: Record<string, unknown>): Promise<Answered>;
  /** How many statements PostgreSQL was sent while `work` ran. */
  statementsOf(work: () => Promise<unknown>): Promise<number>;
  /** As the owner of the tables. */
  sql(text: string, values?: unknown[]): Promise<Answered[]>;
}

const schema = buildGatewaySchema();
/** By the way that a gateway would take with this setting. */
const run = process.env.GRAPHQL_LANE === 'apollo' ? execute : createExecute(schema);

/** Everything that a test file needs to ask, with a database of its own. */
export function useAsking(env: Record<string, string> = {}): Asking {
  const database = useDatabase();
  const made = { deps: undefined as unknown as Deps, dataSource: undefined as unknown as DataSource };
  beforeAll(async () => {
    made.dataSource = await applicationDataSource(database.url, CODE.schema, ENTITIES, 4).initialize();
    made.deps = depsOn(database.pool(), made.dataSource, env);
  });
  afterAll(() => made.dataSource.destroy());
  const context = (caller: Caller | null) => createContext(made.deps, caller, 'request-1');
  const ask: Asking['ask'] = async (caller, source, variableValues) => {
    const document = parsed(source);
    const errors = document instanceof GraphQLError ? [document] : validate(schema, document);
    return document instanceof GraphQLError || errors.length > 0
      ? { errors }
      : run({ schema, document, variableValues, contextValue: context(caller) });
  };
  return {
    database,
    get deps() {
      return made.deps;
    },
    context,
    ask,
    data: async (...question) => {
      const { data, errors } = await ask(...question);
      expect(errors).toBeUndefined();
      return data as Answered;
    },
    statementsOf,
    sql: async (text, values) => {
      const client = new pg.Client(ownerOf(database.url));
      await client.connect();
      try {
        return (await client.query(text, values)).rows;
      } finally {
        await client.end();
      }
    },
  };
}

function parsed(source: string): DocumentNode | GraphQLError {
  try {
    return parse(source);
  } catch (error) {
    if (error instanceof GraphQLError) return error;
    throw error;
  }
}

function depsOn(pool: pg.Pool, dataSource: DataSource, env: Record<string, string>): Deps {
  const config = readConfig({ LOG_LEVEL: 'silent', ...env });
  const parts: Partial<Deps> = {
    config,
    mode: config.mode,
    gatewayIds: ['asked'],
    paymentsEnabled: true,
    risk: config.risk,
    allowedOrigins: config.allowedOrigins,
    pool,
    dataSource,
    clock: systemClock,
    rates: null,
    redis: null,
    streams: { open: 0, limit: 10 },
    tail: createTail({ pool, log: silent }),
    secrets: createSecretBox(config.secretsKeys),
    log: silent,
    hub: createHub(),
    replays: createReplayCache(null, silent),
    ...{ reads: pool, sessions: pool, replica: null },
    keyCounts: createKeyCounts(),
    observed: createObserved(),
    decisionCounts: createDecisionCounts(),
    approvalLimits: config.approvalLimits,
    catalogue: createCatalogue({ pool, log: silent }),
    providers: createProviders({ settings: config.providers }),
    simulator: null,
    readIntent: createReadIntent(pool),
    readNewest: createReadNewest(pool),
    readEvents: createReadEvents(pool),
    ...createCreditVerbs(pool),
    ...createGrantVerbs(pool),
  };
  return parts as Deps;
}

/** The problem behind the only error of an answer. */
export function problemIn(errors: ExecutionResult['errors']): unknown {
  expect(errors).toHaveLength(1);
  let cause: unknown = errors?.[0];
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

async function statementsOf(work: () => Promise<unknown>): Promise<number> {
  // Both the pool and TypeORM send through this client, which keeps the driver's own method from when it was made.
  const sent = jest.spyOn(LimitedClient.prototype as unknown as { answered: () => unknown }, 'answered');
  try {
    await work();
    return sent.mock.calls.length;
  } finally {
    sent.mockRestore();
  }
}

/** `count` intents of a user, each declined once, then paid after a webhook event told of it. Oldest first. */
export async function paidIntents(asking: Asking, userId: string, count: number): Promise<string[]> {
  const pool = asking.database.pool();
  const settle = doorOn(pool);
  const intents = await claimIntents(
    pool,
    Array.from({ length: count }, () => userId),
  );
  for (const { id } of intents) {
    await settle(reading(id, declined(`ch_no_${id}`)));
    const webhookEventId = await storedWebhookEvent(asking, id);
    const note = { kind: 'webhook_received', data: { webhookEventId, type: 'charge.succeeded' } } as const;
    await settle({ ...reading(id, captured(`ch_${id}`)), note });
  }
  return intents.map((intent) => intent.id);
}

async function storedWebhookEvent(asking: Asking, intentId: string): Promise<string> {
  const id = newId('webhookEvent');
  const body = randomUUID();
  await asking.sql(
    `insert into webhook_events (id, provider, provider_event_id, type, subject, intent_id, body, body_sha256, status,
       processed_at)
     values ($1, 'stripe', $2, 'charge.succeeded', 'payment', $3, $4, $5, 'processed', now())`,
    [id, `evt_${body}`, intentId, Buffer.from(body), createHash('sha256').update(body).digest('hex')],
  );
  return id;
}
