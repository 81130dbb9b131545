// What was used, added up by day, over HTTP.
import { addUpUsage } from '../../src/credits/add-up-usage';
import { eventually } from '../support/eventually';
import { startGateway, stopGateways } from '../support/gateway';
import { priced } from './priced';
import { useCreditStand } from './stand';

const stand = useCreditStand();
const { price, use } = priced(stand);
afterAll(stopGateways);

const REPORT = `query ($userId: ID, $first: Int, $after: String, $operation: String, $span: DateTimeRange) {
  usage(userId: $userId, operation: $operation, span: $span) { upTo operations { operation uses quantity micro }
    days(first: $first, after: $after) { nodes { day operation uses quantity micro }
      pageInfo { hasNextPage endCursor } } } }`;

it('what was used over HTTP is reported by operation and by day, less what was given back, to who may see it', async () => {
  const gateway = await startGateway({ DATABASE_URL: stand.database.url });
  const [admin, shop, ada, eve, support] = await Promise.all([
    gateway.as('adm_1', 'admin'),
    gateway.as('shop', 'service'),
    gateway.as('ada'),
    gateway.as('eve'),
    gateway.as('sup_1', 'support'),
  ]);
  await stand.buy('ada');
  for (const code of ['answers', 'pictures'])
    await admin.mutate('saveOperation', { code, name: code, unit: 'unit' }, 'operation { code }');
  const rate = { operation: 'answers', microPerUnit: '250000', minimumMicro: '1' };
  const saved = await admin.mutate('saveRate', rate, 'operation { rate { version } rates { microPerUnit } }');
  expect(saved).toMatchObject({ operation: { rate: { version: 1 }, rates: [{ microPerUnit: '250000' }] } });
  await admin.mutate('saveRate', { operation: 'pictures', flatMicro: '1500000' }, 'operation { code }');
  const estimate = '{ estimateSpend(usage: [{operation: "answers", quantity: 6}]) { credits micro } }';
  expect((await ada.query(estimate)).data).toEqual({ estimateSpend: { credits: 2, micro: '1500000' } });
  const spend = (key: string, usage: object[]) =>
    shop.mutate(
      'spendCredits',
      { userId: 'ada', usage, reason: 'Work', idempotencyKey: key },
      'transaction { id credits } usage { transactionId micro credits parts { operation rateVersion quantity micro } }',
    );

  const first = await spend('a', [
    { operation: 'answers', quantity: '3' },
    { operation: 'pictures', quantity: 1 },
  ]);
  expect(first).toMatchObject({
    transaction: { credits: -2 },
    usage: {
      ...{ micro: '2250000', credits: 2 },
      parts: [
        { operation: 'answers', rateVersion: 1, quantity: '3', micro: '750000' },
        { operation: 'pictures', rateVersion: 1, quantity: '1', micro: '1500000' },
      ],
    },
  });
  expect(first.usage.transactionId).toBe(first.transaction.id);
  const small = await spend('b', [{ operation: 'answers', quantity: 1 }]);
  expect(small).toMatchObject({ transaction: null, usage: { micro: '250000', credits: 0 } });
  const back = { transactionId: small.usage.transactionId, reason: 'It failed', idempotencyKey: 'r' };
  expect(await shop.mutate('reverseSpend', back, 'transaction { id } replayed')).toMatchObject({
    ...{ transaction: null, replayed: false, errors: [] },
  });
  const repeated = { userId: 'ada', usage: [{ operation: 'answers', quantity: 1 }], reason: 'Work' };
  expect(
    await shop.mutate('spendCredits', { ...repeated, idempotencyKey: 'b' }, 'replayed reversed'),
  ).toMatchObject({ replayed: true, reversed: true });

  const expected = [
    { operation: 'answers', uses: '2', quantity: '3', micro: '750000' },
    { operation: 'pictures', uses: '1', quantity: '1', micro: '1500000' },
  ];
  await eventually(async () => {
    expect((await ada.query(REPORT)).data.usage.operations).toEqual(expected);
  });
  const today = `${new Date().toISOString().slice(0, 10)}T00:00:00.000Z`;
  const { usage } = (await support.query(REPORT, { userId: 'ada', first: 1 })).data;
  expect(usage.days).toMatchObject({
    nodes: [{ ...expected[1], day: today }],
    pageInfo: { hasNextPage: true },
  });
  const next = await shop.query(REPORT, { userId: 'ada', after: usage.days.pageInfo.endCursor });
  expect(next.data.usage.days.nodes).toEqual([{ ...expected[0], day: today }]);
  expect((await eve.query(REPORT)).data.usage).toMatchObject({ operations: [], days: { nodes: [] } });
  const all = await support.query('{ admin { usage { operations { operation uses quantity micro } } } }');
  expect(all.data.admin.usage.operations).toEqual(expected);
  const past = { userId: 'ada', operation: 'answers', span: { lt: today } };
  expect((await shop.query(REPORT, past)).data.usage.operations).toEqual([]);
});

it('says whose the days are, by member and API key, and tells a user of no key', async () => {
  const gateway = await startGateway({ DATABASE_URL: stand.database.url });
  const [admin, ada] = await Promise.all([gateway.as('adm_2', 'admin'), gateway.as('cleo')]);
  await stand.adjust('cleo', 50);
  await admin.mutate('saveOperation', { code: 'words', name: 'Words', unit: 'word' }, 'operation { code }');
  await admin.mutate('saveRate', { operation: 'words', flatMicro: '1000000' }, 'operation { code }');
  const keys: { id: string; secret: string }[] = [];
  for (const name of ['one', 'two']) {
    const made = await admin.mutate('createApiKey', { name, role: 'service' }, 'apiKey { id } secret');
    keys.push({ id: made.apiKey.id, secret: made.secret });
  }
  const use = async (nth: number, memberId: string | null, key: string) => {
    const body = {
      query: 'mutation ($input: SpendCreditsInput!) { spendCredits(input: $input) { errors { code } } }',
      variables: {
        input: {
          ...{ userId: 'cleo', memberId, reason: 'Work', idempotencyKey: key },
          usage: [{ operation: 'words', quantity: 1 }],
        },
      },
    };
    const response = await fetch(`${gateway.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${keys[nth]?.secret}` },
      body: JSON.stringify(body),
    });
    expect(await response.json()).toEqual({ data: { spendCredits: { errors: [] } } });
  };
  await use(0, 'mel', 'w1');
  await use(0, 'mel', 'w2');
  await use(1, 'mel', 'w3');
  await use(1, null, 'w4');

  const WHOSE = `query ($userId: ID) { usage(userId: $userId, operation: "words") {
    spenders { memberId apiKeyId uses micro } byDay { uses micro }
    days { nodes { memberId apiKeyId uses } } } }`;
  const [one, two] = keys.map(({ id }) => id);
  const support = await gateway.as('sup_2', 'support');
  await eventually(async () => {
    const { usage } = (await support.query(WHOSE, { userId: 'cleo' })).data;
    expect(usage.byDay).toEqual([{ uses: '4', micro: '4000000' }]);
    expect(usage.spenders[0]).toEqual({ memberId: 'mel', apiKeyId: one, uses: '2', micro: '2000000' });
    expect(usage.spenders).toHaveLength(3);
    expect(usage.days.nodes).toHaveLength(3);
    expect(usage.days.nodes).toContainEqual({ memberId: null, apiKeyId: two, uses: '1' });
  });
  const own = (await ada.query(WHOSE)).data.usage;
  expect(own.spenders).toEqual([
    { memberId: 'mel', apiKeyId: null, uses: '3', micro: '3000000' },
    { memberId: null, apiKeyId: null, uses: '1', micro: '1000000' },
  ]);
  expect(own.days.nodes.map(({ apiKeyId }: { apiKeyId: string | null }) => apiKeyId)).toEqual([
    null,
    null,
    null,
  ]);
  const of = await support.query(
    '{ admin { usage(operation: "words") { spenders { memberId apiKeyId uses } } } }',
  );
  expect(of.data.admin.usage.spenders).toEqual(
    [one, two].sort().map((apiKeyId) => ({ memberId: null, apiKeyId, uses: '2' })),
  );
});

it('usage that comes while it is added up from two processes is counted once', async () => {
  await price('counted', { flatMicro: 1_000n });
  await stand.adjust('bea', 5);
  const add = async () => {
    while ((await addUpUsage(stand.deps)) > 0);
  };
  await Promise.all([
    ...Array.from({ length: 40 }, () => use('bea', { counted: 2 })),
    ...Array.from({ length: 10 }, add),
  ]);
  await eventually(async () => {
    await add();
    expect(
      await stand.sql(
        `select user_id, uses::int, quantity::int, micro::int from usage_days where operation = 'counted' order by 1`,
      ),
    ).toEqual(['', 'bea'].map((user_id) => ({ user_id, uses: 40, quantity: 80, micro: 40_000 })));
  });
});
