import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { ledgerCheckKind } from '../../src/credits/start-ledger-check';
import { runJob } from '../../src/jobs/run';
import { captured, claimIntents, doorOn, reading, refunded } from '../support/intents';
import { sealAll } from '../support/seal-all';
import { problemIn, support, useAsking, user } from './asking';

const asking = useAsking();
const finance: Caller = { id: 'fin_1', role: 'finance' };

async function buy(userId: string): Promise<string> {
  const pool = asking.database.pool();
  const [intent] = await claimIntents(pool, [userId]);
  const id = intent?.id ?? '';
  await doorOn(pool)(reading(id, captured(`ch_${id}`)));
  return id;
}

const spend = (userId: string, credits: number) =>
  asking.deps.spend({
    userId,
    credits: BigInt(credits),
    reason: 'a picture',
    key: randomUUID(),
    inputHash: 'h',
    actor: userId,
    kind: 'user',
  });

const LEDGER = `query ($first: Int, $after: String, $filter: LedgerFilter) { admin {
  ledger(first: $first, after: $after, filter: $filter) {
    nodes { id postedAt description chainHash intent { id receiptNumber } reversalOf { id }
      lines { side amount unit account { code name kind unit } } }
    pageInfo { hasNextPage endCursor } totalCount } } }`;

const ledger = async (filter: object = {}, first = 50, after: string | null = null) =>
  (await asking.data(finance, LEDGER, { filter, first, after })).admin.ledger;

test('a purchase and a spend stand in the ledger with balanced lines, newest first', async () => {
  const id = await buy('ann');
  await spend('ann', 20);
  await sealAll(asking.database.pool());

  const { nodes, totalCount } = await ledger({ userId: 'ann' });

  expect(totalCount).toBe(3);
  expect(nodes.map((node: any) => node.description)).toEqual([
    'Credits spent: a picture',
    'Credits granted',
    'Payment received',
  ]);
  expect(nodes[2].intent).toEqual({ id, receiptNumber: expect.stringMatching(/^\d{4}-\d{6}$/) });
  expect(nodes[2].lines).toEqual([
    expect.objectContaining({ side: 'debit', amount: '5000', unit: 'INR' }),
    expect.objectContaining({
      side: 'credit',
      amount: '5000',
      unit: 'INR',
      account: { code: 'deferred_revenue', name: expect.any(String), kind: 'liability', unit: 'INR' },
    }),
  ]);
  expect(nodes.every((node: any) => /^[0-9a-f]{64}$/.test(node.chainHash))).toBe(true);
});

test('a posting has no hash and its intent no receipt until it is sealed', async () => {
  await buy('bea');

  const { nodes } = await ledger({ userId: 'bea' });

  expect(nodes.map((node: any) => [node.chainHash, node.intent.receiptNumber])).toEqual([
    [null, null],
    [null, null],
  ]);
});

test('the ledger is narrowed by account, intent and time, and read in pages', async () => {
  const id = await buy('cat');
  await buy('cat');
  const all = (await ledger({ userId: 'cat' })).nodes;

  expect((await ledger({ intentId: id })).nodes.map((node: any) => node.id)).toEqual(
    all.slice(2).map((node: any) => node.id),
  );
  const granted = (await ledger({ userId: 'cat', accountCode: 'wallet' })).nodes;
  expect(granted.map((node: any) => node.description)).toEqual(['Credits granted', 'Credits granted']);
  expect((await ledger({ accountCode: 'bank' })).totalCount).toBe(0);
  expect((await ledger({ userId: 'cat', postedAt: { lt: all[1].postedAt } })).totalCount).toBeLessThan(4);
  const first = await ledger({ userId: 'cat' }, 3);
  const rest = await ledger({ userId: 'cat' }, 3, first.pageInfo.endCursor);
  expect([...first.nodes, ...rest.nodes].map((node: any) => node.id)).toEqual(
    all.map((node: any) => node.id),
  );
});

test('an account that is in no chart is refused with those that are', async () => {
  const { errors } = await asking.ask(finance, LEDGER, { filter: { accountCode: "x' or true --" } });

  expect(problemIn(errors)).toMatchObject({
    code: 'INVALID_INPUT',
    message: expect.stringContaining('wallet'),
  });
});

test('a period is read page by page, each posting once, newest first, and its cursor is not one of the whole list', async () => {
  const read = (filter: object, after: string | null) =>
    asking.ask(
      finance,
      `query ($filter: LedgerFilter, $after: String) { admin { ledger(first: 1, filter: $filter, after: $after) {
        nodes { id postedAt } pageInfo { hasNextPage endCursor } } } }`,
      { filter, after },
    );
  const period = { postedAt: { gte: '2000-01-01T00:00:00Z' } };
  const found: any[] = [];
  for (let after: string | null = null, isMore = true; isMore; ) {
    const { data } = (await read(period, after)) as any;
    found.push(...data.admin.ledger.nodes);
    ({ hasNextPage: isMore, endCursor: after } = data.admin.ledger.pageInfo);
    if (found.length === 1)
      expect(problemIn((await read({}, after)).errors)).toMatchObject({ code: 'INVALID_INPUT' });
  }

  expect(found.length).toBe((await ledger(period)).totalCount);
  expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
  expect(found.map(({ postedAt }) => postedAt)).toEqual(
    [...found.map(({ postedAt }) => postedAt)].sort().reverse(),
  );
});

test.each([
  'ledger { totalCount }',
  'accounts { balance }',
  'ledgerCheck { ok }',
  'creditStatement(range: {}) { to }',
])('support does not see %s', async (field) => {
  const { errors } = await asking.ask(support, `{ admin { ${field} } }`);

  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});

const ACCOUNTS =
  'query ($asOf: DateTime) { admin { accounts(asOf: $asOf) { account { code unit kind } balance asOf } } }';
const accounts = async (asOf: Date | null = null): Promise<Record<string, bigint>> => {
  const { admin } = await asking.data(finance, ACCOUNTS, { asOf });
  return Object.fromEntries(
    admin.accounts.map((row: any) => [`${row.account.code} ${row.account.unit}`, BigInt(row.balance)]),
  );
};

test('balances of accounts are the sums of their lines, now and at an instant that stays as it was', async () => {
  await sealAll(asking.database.pool());
  const before = await accounts();
  const [{ now }] = (await asking.sql('select clock_timestamp() as now')) as [{ now: Date }];
  await new Promise((resolve) => setTimeout(resolve, 5));
  await buy('dan');
  await spend('dan', 30);
  await sealAll(asking.database.pool());

  const after = await accounts();

  expect(after['clearing_stripe INR']! - before['clearing_stripe INR']!).toBe(5000n);
  expect(after['revenue INR']! - before['revenue INR']!).toBe(3000n);
  expect(after['deferred_revenue INR']! - before['deferred_revenue INR']!).toBe(2000n);
  expect(after['wallet CREDIT']! - before['wallet CREDIT']!).toBe(20n);
  expect(await accounts(now)).toEqual(before);
  const [sum] = (await asking.sql(
    `select sum(amount)::text as total from entries where account = 'deferred_revenue'`,
  )) as [{ total: string }];
  expect(after['deferred_revenue INR']).toBe(BigInt(sum.total));
});

test('kept totals change no balance, and nothing is read behind them', async () => {
  await sealAll(asking.database.pool());
  const before = await accounts();
  await asking.sql(
    `insert into seal_totals select n, t.* from (select max(number) n from seals) m, sealed_totals(m.n) t`,
  );

  expect(await accounts()).toEqual(before);
});

const MOVEMENTS = ['granted', 'adjusted', 'spent', 'expired', 'refunded', 'disputed'];
const STATEMENT = `query ($range: DateTimeRange!) { admin { creditStatement(range: $range) { from to ${['opening', ...MOVEMENTS, 'closing'].map((name) => `${name} { credits money { amountMinor currency } }`).join(' ')} } } }`;

test('a statement opens with what was owed, and all movements lead to what is owed now', async () => {
  await sealAll(asking.database.pool());
  const [{ from }] = (await asking.sql('select clock_timestamp() as from')) as [{ from: Date }];
  await new Promise((resolve) => setTimeout(resolve, 5));
  const id = await buy('eve');
  await spend('eve', 10);
  await doorOn(asking.database.pool())(reading(id, refunded(`ch_${id}`, 're_1', 2500n)));
  await sealAll(asking.database.pool());
  const statement = (await asking.data(finance, STATEMENT, { range: { gte: from } })).admin.creditStatement;

  const credits = (name: string) => BigInt(statement[name].credits);
  const inr = (name: string) =>
    BigInt(statement[name].money.find((money: any) => money.currency === 'INR')?.amountMinor ?? 0);
  expect([credits('granted'), credits('spent'), credits('refunded')]).toEqual([50n, -10n, -25n]);
  expect([inr('granted'), inr('spent'), inr('refunded')]).toEqual([5000n, -1000n, -2500n]);
  for (const sum of [credits, inr])
    expect(sum('opening') + MOVEMENTS.reduce((total, name) => total + sum(name), 0n)).toBe(sum('closing'));
  const [owed] = (await asking.sql(
    `select sum(balance)::text as credits, (select sum(deferred_minor)::text from lots) as minor from wallets`,
  )) as [{ credits: string; minor: string }];
  expect([credits('closing'), inr('closing')]).toEqual([BigInt(owed.credits), BigInt(owed.minor)]);
});

test('a check is started, watched as a job and kept as the last one', async () => {
  await sealAll(asking.database.pool());
  const { startLedgerCheck } = await asking.data(
    finance,
    'mutation { startLedgerCheck { job { __typename id status progress { done percent } } errors { code } } }',
  );
  const { id } = startLedgerCheck.job;
  expect(startLedgerCheck).toMatchObject({
    errors: [],
    job: { __typename: 'LedgerCheck', status: 'queued' },
  });

  await runJob(asking.deps, [ledgerCheckKind(asking.deps, 7)], id, new AbortController().signal);

  const { node, admin } = await asking.data(
    finance,
    `query ($id: ID!) { node(id: $id) { __typename ... on LedgerCheck { ok status } }
       admin { ledgerCheck { id ok status checkedEntries imbalance sealedUpTo headHash problems at progress { percent } } } }`,
    { id },
  );
  expect(node).toEqual({ __typename: 'LedgerCheck', ok: true, status: 'succeeded' });
  expect(admin.ledgerCheck).toMatchObject({
    id,
    ok: true,
    status: 'succeeded',
    imbalance: '0',
    problems: [],
    headHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    progress: { percent: 100 },
  });
});

test('jobs and postings are nodes for finance alone', async () => {
  const { nodes } = await ledger();
  const question = 'query ($id: ID!) { node(id: $id) { __typename id } }';

  const id = nodes[0].id;

  expect((await asking.data(finance, question, { id })).node).toEqual({ __typename: 'JournalEntry', id });
  expect((await asking.data(support, question, { id })).node).toBeNull();
  expect((await asking.data(user('ann'), question, { id })).node).toBeNull();
});

test.each(['cancelJob(input: {id: "lck_1"})', 'resumeJob(input: {id: "lck_1"})', 'startLedgerCheck'])(
  'only finance may %s',
  async (field) => {
    const { errors } = await asking.ask(support, `mutation { ${field} { errors { code } } }`);

    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  },
);

test('a job that is not there is a problem, and one that is over says what it is', async () => {
  const cancel = (id: string) =>
    asking.data(
      finance,
      `mutation ($id: ID!) { cancelJob(input: {id: $id}) { job { id } errors { __typename code ... on InvalidStateError { current } } } }`,
      { id },
    );
  const { admin } = await asking.data(finance, '{ admin { ledgerCheck { id } } }');

  expect((await cancel('lck_none')).cancelJob.errors).toMatchObject([{ code: 'NOT_FOUND' }]);
  expect((await cancel(admin.ledgerCheck.id)).cancelJob.errors).toMatchObject([
    { __typename: 'InvalidStateError', current: 'succeeded' },
  ]);
});
