// What a caller writes for its own books comes back wherever the thing that it was written on is shown.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { graphql } from 'graphql';
import { type App, startApp } from '../../src/app';
import type { Caller } from '../../src/callers/caller';
import { eraseUser } from '../../src/deliveries/erase-user';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { runJob } from '../../src/jobs/run';
import { readConfig } from '../../src/kernel/config';
import { exportKind } from '../../src/reports/export';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { relayAll } from '../support/relay-all';
import { type Answered, service, user } from './asking';

const database = useDatabase();
const schema = buildGatewaySchema();
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-metadata-'));
const shop = service('shop');
const ann = user('ann');
const admin: Caller = { id: 'adm_1', role: 'admin' };
const made: { app?: App } = {};

beforeAll(async () => {
  const settings = { DATABASE_URL: database.url, PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: dataDir };
  made.app = await startApp(readConfig(settings), silent);
});
afterAll(async () => {
  await made.app?.close();
  fs.rmSync(dataDir, { recursive: true });
});

async function data(caller: Caller, source: string, variableValues = {}): Promise<Answered> {
  const contextValue = createContext(made.app!.deps, caller, 'request-1');
  const answered = await graphql({ schema, source, variableValues, contextValue });
  expect(answered.errors).toBeUndefined();
  return answered.data as Answered;
}

/** As the database has it. */
const rows = async (text: string, values: unknown[]): Promise<Answered[]> =>
  (await database.pool().query(text, values)).rows;

async function exported(select: object): Promise<string> {
  const { startExport } = await data(
    admin,
    'mutation ($select: ExportSelection!) { startExport(input: { select: $select, format: jsonl }) { export { id } errors { code } } }',
    { select },
  );
  expect(startExport.errors).toEqual([]);
  const { id } = startExport.export;
  await runJob(made.app!.deps, [exportKind(made.app!.deps)], id, new AbortController().signal);
  return fs.readFileSync(path.join(dataDir, 'exports', `${id}.jsonl`), 'utf8');
}

const lines = (text: string): Answered[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

/** The data of what a back end was told, of one type of event. */
async function told(type: string): Promise<Answered[]> {
  await relayAll(database.pool());
  const found = await rows('select body from deliveries where type = $1 order by id', [type]);
  return found.map(({ body }) => JSON.parse(body).data);
}

beforeAll(async () => {
  const { createWebhookEndpoint } = await data(
    admin,
    'mutation { createWebhookEndpoint(input: { url: "http://127.0.0.1:9/hook", events: ["*"] }) { errors { code message } } }',
  );
  expect(createWebhookEndpoint.errors).toEqual([]);
});

const given = { reference: 'order-17', metadata: { campaign: 'spring', 'cart.id': 'c-9' } };

const CREATE = `mutation ($input: CreateIntentInput!) { createIntent(input: $input) {
  replayed intent { id reference metadata } errors { code path message } } }`;
const create = async (input: object, caller: Caller = shop): Promise<Answered> =>
  (
    await data(caller, CREATE, {
      input: { userId: caller === shop ? 'ann' : null, packageId: 'small', provider: 'stripe', ...input },
    })
  ).createIntent;

describe('A purchase', () => {
  it('shows, filters by, exports and tells of what the shop wrote on it', async () => {
    const { intent } = await create({ idempotencyKey: 'first', ...given });
    await create({ idempotencyKey: 'plain' });
    await create({ idempotencyKey: 'other', reference: 'order-18', metadata: { campaign: 'autumn' } });
    expect(intent).toMatchObject(given);

    const LIST =
      'query ($filter: IntentFilter) { intents(filter: $filter) { nodes { id reference metadata } totalCount } }';
    for (const filter of [{ reference: 'order-17' }, { metadata: { key: 'campaign', value: 'spring' } }]) {
      expect((await data(ann, LIST, { filter })).intents).toEqual({ nodes: [intent], totalCount: 1 });
      expect(lines(await exported({ intents: filter }))).toEqual([
        expect.objectContaining({ id: intent.id, ...given }),
      ]);
    }
    const noOther = { metadata: { key: 'campaign', value: 'spr' } };
    expect((await data(ann, LIST, { filter: noOther })).intents.totalCount).toBe(0);

    await data(
      ann,
      'mutation ($id: ID!) { simulatePayment(input: { id: $id, outcome: succeed }) { errors { code } } }',
      {
        id: intent.id,
      },
    );
    expect(await told('intent.succeeded')).toEqual([
      expect.objectContaining({ intentId: intent.id, ...given }),
    ]);
  });

  it('is found again under its key, also without what was written, and refuses another writing', async () => {
    const first = await create({ idempotencyKey: 'again', ...given });
    const turned = { 'cart.id': 'c-9', campaign: 'spring' };
    for (const again of [{ ...given, metadata: turned }, {}, { reference: 'order-17' }])
      expect(await create({ idempotencyKey: 'again', ...again })).toEqual({ ...first, replayed: true });
    for (const other of [{ reference: 'order-18' }, { metadata: { campaign: 'spring' } }])
      expect((await create({ idempotencyKey: 'again', ...other })).errors).toEqual([
        expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT' }),
      ]);
    const plain = await create({ idempotencyKey: 'nothing' });
    expect(await create({ idempotencyKey: 'nothing', metadata: {} })).toEqual({ ...plain, replayed: true });
  });

  const many = (count: number, text: string) =>
    Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, text]));
  it.each([
    ['a reference of nothing', { reference: '' }, 'reference'],
    ['a reference of 256 characters', { reference: 'x'.repeat(256) }, 'reference'],
    ['21 keys', { metadata: many(21, 'v') }, 'metadata'],
    ['a key with a blank', { metadata: { 'a b': 'v' } }, 'metadata'],
    ['a key of 41 letters', { metadata: { ['x'.repeat(41)]: 'v' } }, 'metadata'],
    ['a value of 501 characters', { metadata: { k: 'x'.repeat(501) } }, 'metadata'],
    ['a value with NUL', { metadata: { k: '\0' } }, 'metadata'],
    ['more than 2 kB in all', { metadata: many(5, 'x'.repeat(420)) }, 'metadata'],
  ])('refuses %s, and says so of the field', async (_, input, field) => {
    const { intent, errors } = await create(input);
    expect(intent).toBeNull();
    expect(errors).toEqual([expect.objectContaining({ code: 'INVALID_INPUT', path: ['input', field] })]);
  });

  it('takes as much as the limits say, and the database takes no more', async () => {
    const most = { ...many(19, 'ä'.repeat(40)), last: 'x'.repeat(100) };
    const { intent } = await create({ idempotencyKey: 'most', reference: 'r'.repeat(255), metadata: most });
    expect(intent.metadata).toEqual(most);
    for (const metadata of [many(21, 'v'), { 'a b': 'v' }, { k: 1 }, { k: 'x'.repeat(501) }, [], {}])
      await expect(
        rows('update intents set metadata = $2 where id = $1', [intent.id, JSON.stringify(metadata)]),
      ).rejects.toThrow('intents_metadata_check');
  });

  it('keeps nothing of it once its user is erased, and its key still finds it', async () => {
    const bob = user('bob');
    const input = { idempotencyKey: 'gone', ...given };
    const { intent } = await create(input, bob);
    await data(
      bob,
      'mutation ($id: ID!) { simulatePayment(input: { id: $id, outcome: succeed }) { errors { code } } }',
      {
        id: intent.id,
      },
    );
    await eraseUser(database.pool(), admin, 'bob');

    expect(await create(input, bob)).toMatchObject({
      replayed: true,
      intent: { id: intent.id, reference: null, metadata: null },
    });
    const [row] = await rows('select i::text as whole from intents i where id = $1', [intent.id]);
    expect(row?.whole).not.toMatch(/order-17|spring/);
  });
});
