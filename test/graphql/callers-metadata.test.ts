// What a caller writes for its own books comes back wherever the thing that it was written on is shown.
import { graphql } from 'graphql';
import { type App, startApp } from '../../src/app';
import type { Caller } from '../../src/callers/caller';
import { checkLedger } from '../../src/credits/check-ledger';
import { eraseUser } from '../../src/deliveries/erase-user';
import { createContext } from '../../src/graphql/context';
import { buildGatewaySchema } from '../../src/graphql/schema';
import { runJob } from '../../src/jobs/run';
import { pause } from '../../src/kernel/clock';
import { readConfig } from '../../src/providers/read-config';
import { exportKind } from '../../src/reports/export';
import { exportedText } from '../support/exported';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';
import { relayAll } from '../support/relay-all';
import { sealAll } from '../support/seal-all';
import { type Answered, service, user } from './asking';

const database = useDatabase();
const schema = buildGatewaySchema();
const shop = service('shop');
const ann = user('ann');
const admin: Caller = { id: 'adm_1', role: 'admin' };
const made: { app?: App } = {};

beforeAll(async () => {
  const settings = {
    DATABASE_URL: database.url,
    PORT: '0',
    LOG_LEVEL: 'silent',
    ADJUST_APPROVAL_ABOVE: '500',
  };
  made.app = await startApp(readConfig(settings), silent);
});
afterAll(async () => {
  await made.app?.close();
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
  // The gateway's own worker may have taken it.
  await runJob(made.app!.deps, [exportKind(made.app!.deps)], id, new AbortController().signal);
  for (let looks = 0; looks < 200; looks++) {
    const [job] = await rows('select status from jobs where id = $1', [id]);
    if (job?.status !== 'queued' && job?.status !== 'running') break;
    await pause(50);
  }
  return exportedText(database.pool(), id);
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
    // Neither order is that in which the database keeps them.
    const wish = { reference: 'order-17', metadata: { b: '2', a: '1', c: '3' } };
    const first = await create({ idempotencyKey: 'again', ...wish });
    for (const again of [{ ...wish, metadata: { c: '3', b: '2', a: '1' } }, {}, { reference: 'order-17' }])
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

const finance: Caller = { id: 'fin_1', role: 'finance' };
const job = { reference: 'job-77', metadata: { model: 'large' } };
const TRANSACTIONS =
  'query ($filter: CreditTransactionFilter) { creditTransactions(userId: "cyd", filter: $filter) { nodes { id type reference metadata } totalCount } }';
const PAIR = { metadata: { key: 'model', value: 'large' } };

const adjust = async (input: object): Promise<Answered> =>
  (
    await data(
      finance,
      `mutation ($input: AdjustCreditsInput!) { adjustCredits(input: $input) {
        replayed transaction { id reference metadata } errors { code path } } }`,
      { input: { userId: 'cyd', reason: 'gift', ...input } },
    )
  ).adjustCredits;

const spend = async (input: object): Promise<Answered> =>
  (
    await data(
      shop,
      `mutation ($input: SpendCreditsInput!) { spendCredits(input: $input) {
        replayed transaction { id reference metadata } errors { code path } } }`,
      { input: { userId: 'cyd', credits: 1, reason: 'A picture', ...input } },
    )
  ).spendCredits;

const hold = async (input: object): Promise<Answered> =>
  (
    await data(
      shop,
      `mutation ($input: HoldCreditsInput!) { holdCredits(input: $input) {
        hold { id reference metadata } errors { code path } } }`,
      { input: { userId: 'cyd', credits: 2, reason: 'A film', ...input } },
    )
  ).holdCredits;

describe('What a back end writes on what it does with credits', () => {
  beforeAll(() => adjust({ credits: 100, idempotencyKey: 'start' }));

  it('stands on a spend, finds it, is exported and told', async () => {
    const { transaction } = await spend({ idempotencyKey: 's-1', ...job });
    await spend({ idempotencyKey: 's-2' });
    expect(transaction).toMatchObject(job);
    expect(await spend({ idempotencyKey: 's-1', ...job })).toMatchObject({ replayed: true, transaction });
    const other = await spend({ idempotencyKey: 's-1', ...job, reference: 'job-78' });
    expect(other.errors).toEqual([expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT' })]);

    for (const filter of [{ reference: 'job-77' }, PAIR]) {
      const { creditTransactions } = await data(user('cyd'), TRANSACTIONS, { filter });
      expect(creditTransactions).toEqual({ nodes: [{ ...transaction, type: 'spend' }], totalCount: 1 });
      expect(lines(await exported({ creditTransactions: filter }))).toEqual([
        expect.objectContaining({ id: transaction.id, ...job }),
      ]);
    }
    expect(await told('credits.spent')).toContainEqual(
      expect.objectContaining({ transactionId: transaction.id, ...job }),
    );
    expect((await spend({ idempotencyKey: 's-3', metadata: { 'a b': '' } })).errors).toEqual([
      { code: 'INVALID_INPUT', path: ['input', 'metadata'] },
    ]);
  });

  it('stands on a hold and on what is spent of it', async () => {
    const film = { reference: 'film-1', metadata: { model: 'film' } };
    const made = (await hold({ idempotencyKey: 'h-1', ...film })).hold;
    await hold({ idempotencyKey: 'h-2' });
    expect(made).toMatchObject(film);
    const LIST =
      'query ($reference: String, $metadata: MetadataFilter) { holds(userId: "cyd", reference: $reference, metadata: $metadata) { nodes { id reference metadata } } }';
    for (const filter of [{ reference: 'film-1' }, { metadata: { key: 'model', value: 'film' } }])
      expect((await data(user('cyd'), LIST, filter)).holds.nodes).toEqual([made]);

    const { settleHold } = await data(
      shop,
      'mutation ($id: ID!) { settleHold(input: { id: $id, credits: 1, idempotencyKey: "settle-1" }) { transaction { reference metadata } errors { code } } }',
      { id: made.id },
    );
    expect(settleHold).toEqual({ transaction: film, errors: [] });
    for (const filter of [{ reference: 'film-1' }, { metadata: { key: 'model', value: 'film' } }])
      expect(lines(await exported({ holds: filter }))).toEqual([
        expect.objectContaining({
          id: made.id,
          userId: 'cyd',
          status: 'settled',
          settledCredits: 1,
          ...film,
        }),
      ]);
    for (const type of ['hold.created', 'hold.settled'])
      expect(await told(type)).toContainEqual(expect.objectContaining({ holdId: made.id, ...film }));
  });

  it('stands on an adjustment for operators, and the user neither reads nor finds it', async () => {
    const ticket = { reference: 'ticket-5', metadata: { complaint: 'rude' } };
    const { transaction } = await adjust({ credits: 5, idempotencyKey: 'a-1', ...ticket });
    expect(transaction).toMatchObject(ticket);
    expect(await adjust({ credits: 5, idempotencyKey: 'a-1', ...ticket })).toMatchObject({ replayed: true });

    for (const filter of [{ reference: 'ticket-5' }, { metadata: { key: 'complaint', value: 'rude' } }]) {
      expect((await data(finance, TRANSACTIONS, { filter })).creditTransactions.totalCount).toBe(1);
      expect((await data(user('cyd'), TRANSACTIONS, { filter })).creditTransactions.totalCount).toBe(0);
    }
    const { creditTransactions } = await data(user('cyd'), TRANSACTIONS, {
      filter: { type: ['adjustment'] },
    });
    expect(creditTransactions.nodes).toContainEqual({
      ...{ id: transaction.id, type: 'adjustment' },
      ...{ reference: null, metadata: null },
    });
    expect(await told('credits.adjusted')).toContainEqual(
      expect.objectContaining({ transactionId: transaction.id, ...ticket }),
    );
  });

  it('waits with an adjustment for the second person, and stands on what that brings about', async () => {
    const input = {
      credits: 600,
      idempotencyKey: 'a-2',
      reference: 'ticket-6',
      metadata: { complaint: 'slow' },
    };
    expect((await adjust(input)).errors).toEqual([expect.objectContaining({ code: 'APPROVAL_REQUIRED' })]);
    const [asked] = await rows("select id from approvals where idempotency_key = 'a-2'", []);
    const { decideApproval } = await data(
      { id: 'fin_2', role: 'finance' },
      'mutation ($id: ID!) { decideApproval(input: { id: $id, approve: true, note: "ok" }) { errors { code message } } }',
      { id: asked?.id },
    );
    expect(decideApproval.errors).toEqual([]);

    expect(await adjust(input)).toMatchObject({
      replayed: true,
      transaction: { reference: 'ticket-6', metadata: { complaint: 'slow' } },
    });
    const { errors } = await adjust({ ...input, metadata: { complaint: 'rude' } });
    expect(errors).toEqual([expect.objectContaining({ code: 'IDEMPOTENCY_CONFLICT' })]);
  });

  it('goes with the user who is erased, and the ledger stays whole', async () => {
    await sealAll(database.pool());
    await eraseUser(database.pool(), admin, 'cyd');

    const [left] = await rows(
      `select (select jsonb_agg(j) from journal j where user_id = $1)::text || (select jsonb_agg(h) from holds h where user_id = $1)::text
         || (select jsonb_agg(a) from approvals a where user_id = $1)::text as whole`,
      ['cyd'],
    );
    expect(left?.whole).toContain('cyd');
    expect(left?.whole).not.toMatch(/job-77|film-1|ticket-5|ticket-6|large|rude|slow/);
    expect(await checkLedger(database.pool(), async () => undefined)).toMatchObject({
      ok: true,
      problems: [],
    });
    expect(await spend({ idempotencyKey: 's-1', ...job })).toMatchObject({ replayed: true });
  });
});
