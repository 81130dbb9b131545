// What the Razorpay adapter makes of disputes and of Razorpay's own books, over the real SDK and a real socket.
import type { ProviderIntent } from '../../../src/providers/provider';
import type { BookLine } from '../../../src/providers/settlement';
import { type Answer, fixture, json, raw, razorpayAt, type Server, soon, startServer } from '../wire';
import { collection } from './orders';

const dispute = (name: string) => fixture(`razorpay/api/${name}.json`);
const lines = fixture('razorpay/api/settlement_recon.success.json').items;

let server: Server;
let answer: (query: URLSearchParams, path: string) => Answer;

beforeEach(async () => {
  server = await startServer(({ path }) => {
    const url = new URL(path, 'http://razorpay');
    return answer(url.searchParams, url.pathname);
  });
});
afterEach(() => server.close());

async function disputeOf(object: any) {
  answer = (_query, path) => (path === `/v1/disputes/${object.id}` ? json(200, object) : raw(500, ''));
  return razorpayAt(server.url).getDispute(object.id, soon);
}

test.each([
  ['dispute_entity.entity', 'open', 0n, true],
  ['dispute_fetch.open_state_not_contested', 'open', 0n, true],
  ['dispute_fetch.open_state_in_progress_contest', 'open', 0n, true],
  ['dispute_fetch.under_review', 'open', 0n, false],
  ['dispute_fetch.won', 'won', 1000n, false],
  ['dispute_fetch.lost', 'lost', 10_000n, false],
  ['dispute_fetch.closed', 'closed', 0n, false],
])(
  '%s stands at %s, holds what it says was deducted, %p, and waits for our answer: %p',
  async (name, status, withdrawn, needsAnswer) => {
    expect(await disputeOf(dispute(name))).toEqual({
      kind: 'ok',
      value: {
        providerDisputeId: 'disp_AHfqOvkldwsbqt',
        providerPaymentId: 'pay_EsyWjHrfzb59eR',
        providerIntentId: null,
        phase: 'chargeback',
        status,
        amount: { amountMinor: 10_000n, currency: 'INR' },
        amountWithdrawnMinor: withdrawn,
        reason: dispute(name).reason_code,
        needsAnswer,
        respondBy: 1_590_604_200,
        createdAt: 1_590_059_211,
      },
    });
  },
);

test.each([
  ['fraud', 'inquiry', 'inquiry'],
  ['retrieval', 'inquiry', 'inquiry'],
  ['chargeback', 'chargeback', 'open'],
  ['pre_arbitration', 'chargeback', 'open'],
  ['arbitration', 'chargeback', 'open'],
  ['tomorrow', 'chargeback', 'open'],
])('phase %s is a matter of %s and stands at %s', async (phase, ours, status) => {
  expect(await disputeOf({ ...dispute('dispute_entity.entity'), phase })).toMatchObject({
    value: { phase: ours, status },
  });
});

test('the disputes of a time, and those of an order, are found in the list of all', async () => {
  const nth = (n: number) => ({
    ...dispute('dispute_entity.entity'),
    ...{ id: `disp_${n}`, payment_id: `pay_${n % 40}`, created_at: 2_000 - n },
  });
  const asked: string[] = [];
  answer = (query) => {
    asked.push([...query].map(([name, value]) => `${name}=${value}`).join('&'));
    const skip = Number(query.get('skip'));
    return collection(Array.from({ length: 100 }, (_, n) => nth(skip + n)));
  };
  const ids: unknown[] = [];
  for await (const outcome of razorpayAt(server.url).listDisputes({ from: 1_890, to: 1_990 }, soon))
    ids.push(outcome.kind === 'ok' ? outcome.value.providerDisputeId : outcome);
  const order = { payments: [{ providerPaymentId: 'pay_7', createdAt: 1_901 }] } as unknown as ProviderIntent;
  const of = await razorpayAt(server.url).listDisputesOf(order, soon);

  // From the eleventh to the hundred and tenth; a page of which all is older ends it.
  expect(ids).toEqual(Array.from({ length: 100 }, (_, n) => `disp_${n + 11}`));
  expect(of.kind === 'ok' && of.value.map((one) => one.providerDisputeId)).toEqual([
    'disp_7',
    'disp_47',
    'disp_87',
    'disp_127',
    'disp_167',
  ]);
  expect(asked).toEqual([
    'count=100&skip=0',
    'count=100&skip=100',
    'count=100&skip=200',
    'count=100&skip=0',
    'count=100&skip=100',
  ]);
});

test('a status of tomorrow is not final', async () => {
  expect(await disputeOf({ ...dispute('dispute_entity.entity'), status: 'tomorrow' })).toMatchObject({
    value: { status: 'open' },
  });
});

test('another dispute than the one asked for is not believed', async () => {
  answer = () => json(200, dispute('dispute_fetch.lost'));

  expect(await razorpayAt(server.url).getDispute('disp_mine', soon)).toMatchObject({
    reason: 'bad_response',
  });
});

const at = (iso: string) => Date.parse(iso) / 1000;
const DAY = { from: at('2026-03-01T00:00:00+05:30'), to: at('2026-03-02T00:00:00+05:30') };

const entries = async (window = DAY, options = soon) => {
  const outcomes: BookLine[] = [];
  for await (const outcome of razorpayAt(server.url).listSettlementEntries(window, options))
    outcomes.push(outcome);
  return outcomes;
};
const daysAsked = () =>
  server.seen.map(({ path }) => {
    const query = new URL(path, 'http://x').searchParams;
    return [query.get('year'), query.get('month'), query.get('day'), query.get('skip')].join(' ');
  });

test('an entry says what moved, what it cost and what is left', async () => {
  answer = () => collection(lines);

  const outcomes = await entries();

  expect(outcomes[0]).toEqual({
    kind: 'ok',
    value: {
      providerEntryId: 'pay_DEXrnipqTmWVGE',
      kind: 'payment',
      providerObjectId: 'pay_DEXrnipqTmWVGE',
      providerIntentId: 'order_DEXrnRiR3SNDHA',
      amount: { amountMinor: 100_000n, currency: 'INR' },
      feeMinor: 2900n,
      netMinor: 97_100n,
      providerPayoutId: 'setl_DGlQ1Rj8os78Ec',
      createdAt: 1_567_692_556,
    },
  });
  expect(outcomes.slice(1)).toMatchObject([
    { value: { kind: 'refund', amount: { amountMinor: -242_500n }, feeMinor: 0n, netMinor: -242_500n } },
    { value: { kind: 'other', amount: { amountMinor: -100_000n }, feeMinor: 296n, netMinor: -100_296n } },
    { value: { kind: 'other', amount: { amountMinor: 1012n }, feeMinor: 0n, netMinor: 1012n } },
  ]);
  expect(new URL(server.seen[0]?.path ?? '', 'http://x').pathname).toBe('/v1/settlements/recon/combined');
});

test('an adjustment for a dispute names it, and says which way the money went', async () => {
  const adjustment = { ...lines[3], dispute_id: 'disp_1' };
  answer = () => collection([adjustment, { ...adjustment, entity_id: 'adj_2', credit: 0, debit: 1012 }]);

  expect(await entries()).toMatchObject([
    { value: { kind: 'dispute_reversal', providerObjectId: 'disp_1', netMinor: 1012n } },
    { value: { kind: 'dispute', providerObjectId: 'disp_1', netMinor: -1012n } },
  ]);
});

const payout = async () => {
  const outcomes: BookLine[] = [];
  for await (const outcome of razorpayAt(server.url).listPayoutEntries('setl_1', soon))
    outcomes.push(outcome);
  return outcomes;
};

test('a payout says what went to the bank', async () => {
  const settlement = { id: 'setl_1', entity: 'settlement', amount: 500, created_at: 7 };
  answer = (_query, path) => (path === '/v1/settlements/setl_1' ? json(200, settlement) : raw(500, ''));

  expect(await payout()).toEqual([
    {
      kind: 'ok',
      value: {
        providerEntryId: 'setl_1',
        kind: 'payout',
        providerObjectId: 'setl_1',
        providerIntentId: null,
        amount: { amountMinor: -500n, currency: 'INR' },
        feeMinor: 0n,
        netMinor: -500n,
        providerPayoutId: 'setl_1',
        createdAt: 7,
      },
    },
  ]);
});

test('another payout than the one asked for is not believed', async () => {
  answer = () => json(200, { id: 'setl_2', entity: 'settlement', amount: 500, created_at: 7 });

  expect(await payout()).toMatchObject([{ kind: 'unknown', reason: 'bad_response' }]);
});

test('every day in India that the window touches is asked for, once', async () => {
  answer = () => collection([]);

  // 18:29:59 and 18:30:01 in London lie on two days in India.
  await entries({ from: at('2026-02-27T18:29:59Z'), to: at('2026-02-28T18:30:01Z') });

  expect(daysAsked()).toEqual(['2026 2 27 0', '2026 2 28 0', '2026 3 1 0']);
});

test('a window of one day is one day, and an empty one none', async () => {
  answer = () => collection([]);

  await entries();
  await entries({ from: DAY.from, to: DAY.from });

  expect(daysAsked()).toEqual(['2026 3 1 0']);
});

test('a full page is followed by the next, which is asked for when it is needed', async () => {
  const many = Array.from({ length: 1_001 }, (_, index) => ({ ...lines[0], entity_id: `pay_${index}` }));
  answer = (query) => {
    const skip = Number(query.get('skip'));
    return collection(many.slice(skip, skip + Number(query.get('count'))));
  };

  let requestsAtTheLastOfThePage = 0;
  let count = 0;
  for await (const outcome of razorpayAt(server.url).listSettlementEntries(DAY, soon)) {
    expect(outcome.kind).toBe('ok');
    if (++count === 1_000) requestsAtTheLastOfThePage = server.seen.length;
  }

  expect(count).toBe(1_001);
  expect(requestsAtTheLastOfThePage).toBe(1);
  expect(daysAsked()).toEqual(['2026 3 1 0', '2026 3 1 1000']);
});

test('a failure comes last, after the days that were read', async () => {
  answer = (query) => (query.get('day') === '2' ? raw(503, '') : collection([lines[0]]));

  expect(await entries({ ...DAY, to: DAY.to + 3 * 86_400 })).toMatchObject([
    { kind: 'ok' },
    { kind: 'unknown', reason: 'server_error' },
  ]);
  expect(server.seen).toHaveLength(2);
});

test('a window of more than a hundred days is refused before anything is asked', async () => {
  expect(await entries({ ...DAY, to: DAY.to + 100 * 86_400 })).toMatchObject([
    { kind: 'rejected', code: 'window_too_large' },
  ]);
  expect(server.seen).toEqual([]);
});

test('a day without an end is refused after a hundred pages', async () => {
  const { entity_id, type, debit, credit, amount, currency, created_at } = lines[3];
  const line = { entity_id, type, debit, credit, amount, currency, created_at };
  const full = collection(Array.from({ length: 1_000 }, () => line));
  answer = () => full;
  let last: BookLine | null = null;

  for await (const outcome of razorpayAt(server.url).listSettlementEntries(DAY, soon)) last = outcome;

  expect(last).toMatchObject({ kind: 'rejected', code: 'window_too_large' });
  expect(server.seen).toHaveLength(100);
});

test('a 1,000-line page fits into the bytes that are read of an answer', () => {
  expect(JSON.stringify(Array.from({ length: 1_000 }, () => lines[0])).length).toBeLessThan(2_000_000);
});

test('a line that cannot be read is told by its name, and the others are read', async () => {
  answer = () =>
    collection([
      { ...lines[0], credit: -1 },
      { ...lines[0], currency: 'a\0b' },
      { ...lines[0], created_at: 9e15 },
      { ...lines[0], entity_id: 'a\0b' },
      7,
      lines[1],
    ]);
  const { entity_id, settlement_id } = lines[0];
  const told = { kind: 'unreadable', providerEntryId: entity_id, providerPayoutId: settlement_id };

  expect(await entries()).toMatchObject([
    { ...told, providerObjectId: entity_id, reason: 'credit: too_small' },
    { ...told, reason: 'its currency is none' },
    { ...told, reason: 'its time is none' },
    { kind: 'unreadable', providerEntryId: null, reason: 'providerEntryId is no id' },
    { kind: 'unreadable', providerEntryId: null, providerPayoutId: null },
    { kind: 'ok', value: { kind: 'refund' } },
  ]);
});

test('a payout that cannot be read is told as one', async () => {
  answer = () => json(200, { id: 'setl_1', entity: 'settlement', amount: 'x', created_at: 7 });

  expect(await payout()).toEqual([
    {
      kind: 'unreadable',
      providerEntryId: 'setl_1',
      providerObjectId: 'setl_1',
      providerPayoutId: 'setl_1',
      reason: 'amount: invalid_type',
    },
  ]);
});
