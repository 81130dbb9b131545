// createIntent as a good team would write it with Apollo on Fastify and TypeORM: the price is looked up, a key makes one intent, and
// the timeline is kept; in one transaction, or in two around the provider's call, which answers at once here.
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import fastifyApollo from '@as-integrations/fastify';
import Fastify from 'fastify';
import { DataSource, type EntityManager, EntitySchema } from 'typeorm';
import { listening, userOf } from './listen';

interface Intent {
  id: string;
  userId: string;
  key: string;
  packageId: string;
  amountMinor: string;
  currency: string;
  credits: string;
  status: string;
  providerIntentId: string | null;
  clientSecret: string | null;
  createdAt: Date;
  updatedAt: Date;
}
interface Event {
  id: string;
  intentId: string;
  kind: string;
  data: object;
  at: Date;
}
interface Price {
  packageId: string;
  currency: string;
  amountMinor: string;
}

const Intents = new EntitySchema<Intent>({
  name: 'intent',
  schema: 'team',
  tableName: 'intents',
  columns: {
    id: { type: 'text', primary: true },
    userId: { type: 'text', name: 'user_id' },
    key: { type: 'text' },
    packageId: { type: 'text', name: 'package_id' },
    amountMinor: { type: 'bigint', name: 'amount_minor' },
    currency: { type: 'text' },
    credits: { type: 'bigint' },
    status: { type: 'text' },
    providerIntentId: { type: 'text', name: 'provider_intent_id', nullable: true },
    clientSecret: { type: 'text', name: 'client_secret', nullable: true },
    createdAt: { type: 'timestamptz', name: 'created_at', createDate: true },
    updatedAt: { type: 'timestamptz', name: 'updated_at', updateDate: true },
  },
});
const Events = new EntitySchema<Event>({
  name: 'event',
  schema: 'team',
  tableName: 'events',
  columns: {
    id: { type: 'bigint', primary: true, generated: true },
    intentId: { type: 'text', name: 'intent_id' },
    kind: { type: 'text' },
    data: { type: 'jsonb' },
    at: { type: 'timestamptz', createDate: true },
  },
});
const Prices = new EntitySchema<Price>({
  name: 'price',
  tableName: 'prices',
  columns: {
    packageId: { type: 'text', name: 'package_id', primary: true },
    currency: { type: 'text', primary: true },
    amountMinor: { type: 'bigint', name: 'amount_minor' },
  },
});

const TABLES = `
  create schema if not exists team;
  create table if not exists team.intents (id text primary key, user_id text not null, key text not null, package_id text not null,
    amount_minor bigint not null, currency text not null, credits bigint not null, status text not null, provider_intent_id text unique,
    client_secret text, created_at timestamptz not null default now(), updated_at timestamptz not null default now(),
    unique (user_id, key));
  create index if not exists intents_newest on team.intents (user_id, created_at desc, id desc);
  create table if not exists team.events (id bigint generated always as identity primary key,
    intent_id text not null references team.intents, kind text not null, data jsonb not null, at timestamptz not null default now());
  create index if not exists events_intent on team.events (intent_id, id);
`;

const SCHEMA = `#graphql
  type NextAction { kind: String! }
  type Intent { id: ID! status: String! nextAction: NextAction }
  type Problem { code: String! message: String! }
  type CreateIntentPayload { intent: Intent errors: [Problem!]! }
  input CreateIntentInput { packageId: ID! provider: String! idempotencyKey: String! }
  type Query { ok: Boolean! }
  type Mutation { createIntent(input: CreateIntentInput!): CreateIntentPayload! }
`;

interface Input {
  readonly packageId: string;
  readonly idempotencyKey: string;
}

/** A provider that takes no time. */
const askProvider = async (id: string) => ({ id: `pi_${id}`, clientSecret: `pi_${id}_secret` });

async function claim(manager: EntityManager, userId: string, input: Input): Promise<Intent> {
  const made = await manager.findOneBy(Intents, { userId, key: input.idempotencyKey });
  if (made) return made;
  const price = await manager.findOneByOrFail(Prices, { packageId: input.packageId, currency: 'INR' });
  const intent = manager.create(Intents, {
    ...{ id: `int_${randomUUID()}`, userId, key: input.idempotencyKey, packageId: price.packageId },
    ...{ amountMinor: price.amountMinor, currency: price.currency, credits: '50', status: 'pending' },
  });
  await manager.insert(Intents, intent);
  await manager.insert(Events, {
    intentId: intent.id,
    kind: 'created',
    data: { packageId: price.packageId },
  });
  return intent;
}

async function answered(manager: EntityManager, intent: Intent): Promise<Intent> {
  const { id, clientSecret } = await askProvider(intent.id);
  await manager.update(Intents, { id: intent.id }, { providerIntentId: id, clientSecret });
  await manager.insert(Events, { intentId: intent.id, kind: 'provider_answered', data: {} });
  return intent;
}

async function main(): Promise<void> {
  const source = await new DataSource({
    type: 'postgres',
    url: process.env.DATABASE_URL ?? '',
    entities: [Intents, Events, Prices],
    poolSize: Number(process.env.POOL ?? 10),
    // Between its turns others need the server's connections.
    extra: { idleTimeoutMillis: 200 },
  }).initialize();
  await source.query(TABLES);
  const isOne = process.env.TRANSACTIONS === '1';
  const createIntent = async (userId: string, input: Input) => {
    if (isOne)
      return source.transaction(async (manager) => answered(manager, await claim(manager, userId, input)));
    const intent = await source.transaction((manager) => claim(manager, userId, input));
    return source.transaction((manager) => answered(manager, intent));
  };
  const apollo = new ApolloServer<{ userId: string }>({
    typeDefs: SCHEMA,
    resolvers: {
      Mutation: {
        createIntent: async (
          _root: unknown,
          { input }: { input: Input },
          { userId }: { userId: string },
        ) => ({
          intent: await createIntent(userId, input),
          errors: [],
        }),
      },
      Intent: { nextAction: () => ({ kind: 'confirm' }) },
    },
  });
  await apollo.start();
  const server = Fastify();
  await server.register(fastifyApollo(apollo), {
    context: async (request) => ({ userId: await userOf(request.headers.authorization) }),
  });
  listening(await server.listen({ host: '127.0.0.1', port: 0 }));
}

main().catch((error) => {
  process.stderr.write(`${String(error?.stack ?? error)}\n`);
  process.exit(1);
});
