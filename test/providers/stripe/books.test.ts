// What the Stripe adapter makes of disputes and of Stripe's own books, over the real SDK and a real socket.
import type { ProviderIntent } from '../../../src/providers/provider';
import type { BookLine } from '../../../src/providers/settlement';
import { type Answer, fixture, json, raw, type Server, soon, startServer, stripeAt } from '../wire';

const dispute = (event: string) => fixture(`stripe/events/charge.dispute.${event}.json`).data.object;
const transaction = fixture('stripe/objects/balance_transaction.json');
const list = (data: unknown[], has_more = false) =>
  json(200, { object: 'list', url: '/v1/x', data, has_more });

let server: Server;
let answer: (query: URLSearchParams, path: string) => Answer;

beforeEach(async () => {
  server = await startServer(({ path }) => {
    const url = new URL(path, 'http://stripe');
    return answer(url.searchParams, url.pathname);
  });
});
afterEach(() => server.close());

async function disputeOf(object: any) {
  answer = (_query, path) => (path === `/v1/disputes/${object.id}` ? json(200, object) : raw(500, ''));
  return stripeAt(server.url).getDispute(object.id, soon);
}

test.each([
  ['created.inquiry', 'inquiry', 'inquiry', 0n, true],
  ['closed.warning_closed', 'inquiry', 'closed', 0n, false],
  ['created.chargeback', 'chargeback', 'open', 2000n, true],
  ['funds_withdrawn', 'chargeback', 'open', 2000n, true],
  ['updated.under_review', 'chargeback', 'open', 2000n, false],
  ['funds_reinstated', 'chargeback', 'won', 0n, false],
  ['closed.won', 'chargeback', 'won', 0n, false],
  ['closed.lost', 'chargeback', 'lost', 2000n, false],
])(
  'a dispute at %s is in phase %s, stands at %s, holds %p, and waits for our answer: %p',
  async (event, phase, status, withdrawn, needsAnswer) => {
    expect(await disputeOf(dispute(event))).toEqual({
      kind: 'ok',
      value: {
        providerDisputeId: 'dp_1Test0000000000000000001',
        providerPaymentId: 'ch_3Test0000000000000000001',
        providerIntentId: 'pi_3Test0000000000000000001',
        phase,
        status,
        amount: { amountMinor: 2000n, currency: 'USD' },
        amountWithdrawnMinor: withdrawn,
        reason: 'fraudulent',
        needsAnswer,
        respondBy: 1_795_777_600,
        createdAt: 1_795_007_200,
      },
    });
  },
);

test.each([
  ['prevented', 'closed'],
  ['appeal_under_review', 'open'],
  ['tomorrow', 'open'],
  ['warning_tomorrow', 'inquiry'],
])('a dispute that is %s stands at %s', async (status, ours) => {
  expect(await disputeOf({ ...dispute('created.chargeback'), status })).toMatchObject({
    value: { status: ours },
  });
});

test('what was withdrawn in the currency of our balance is told in that of the dispute', async () => {
  const lost = dispute('closed.lost');
  const won = dispute('closed.won');
  const inEuro = (object: any, amounts: number[]) => ({
    ...object,
    balance_transactions: amounts.map((amount) => ({
      ...lost.balance_transactions[0],
      amount,
      currency: 'eur',
    })),
  });

  expect(await disputeOf(inEuro(lost, [-1850]))).toMatchObject({ value: { amountWithdrawnMinor: 2000n } });
  expect(await disputeOf(inEuro(won, [-1850, 1900]))).toMatchObject({ value: { amountWithdrawnMinor: 0n } });
});

test.each([
  ['won, converted at three rates', 10_000, [-110, -3, 112], 0n],
  ['won for good after it was won once', 10_000, [-110, 112, -111], 10_000n],
  ['raised and then half given back', 10_000, [-50, -60, 55], 5000n],
  ['lost', 10_000, [-110], 10_000n],
])('a dispute in rupees whose money moved in dollars, %s, holds %#', async (_, amount, moves, withdrawn) => {
  const object = {
    ...dispute('closed.lost'),
    ...{ amount, currency: 'inr' },
    balance_transactions: moves.map((move, nth) => ({
      ...dispute('closed.lost').balance_transactions[0],
      ...{ amount: move, currency: 'usd', created: 1_795_007_200 + nth },
    })),
  };

  expect(await disputeOf(object)).toMatchObject({ value: { amountWithdrawnMinor: withdrawn } });
});

test('the disputes of a time are read page by page, those of a payment by its intent', async () => {
  const nth = (n: number) => ({ ...dispute('closed.lost'), id: `dp_${n}` });
  const asked: string[] = [];
  answer = (query) => {
    asked.push([...query].map(([name, value]) => `${name}=${value}`).join('&'));
    return query.get('starting_after') === null ? list([nth(1), nth(2)], true) : list([nth(3)]);
  };
  const ids: unknown[] = [];
  for await (const outcome of stripeAt(server.url).listDisputes({ from: 1_000, to: 2_000 }, soon))
    ids.push(outcome.kind === 'ok' ? outcome.value.providerDisputeId : outcome);
  const of = await stripeAt(server.url).listDisputesOf({ providerIntentId: 'pi_1' } as ProviderIntent, soon);

  expect(ids).toEqual(['dp_1', 'dp_2', 'dp_3']);
  expect(of.kind === 'ok' && of.value.map((one) => one.providerDisputeId)).toEqual(ids);
  expect(asked).toEqual([
    'created[gte]=1000&created[lt]=2000&limit=100',
    'created[gte]=1000&created[lt]=2000&starting_after=dp_2&limit=100',
    'payment_intent=pi_1&limit=100',
    'payment_intent=pi_1&starting_after=dp_2&limit=100',
  ]);
});

test('a list of disputes that breaks off says so after what came before', async () => {
  answer = (query) =>
    query.get('starting_after') === null ? list([dispute('closed.lost')], true) : raw(500, '');
  const kinds: string[] = [];
  for await (const outcome of stripeAt(server.url).listDisputes({ from: 1_000, to: 2_000 }, soon))
    kinds.push(outcome.kind);

  expect(kinds).toEqual(['ok', 'unknown']);
});

test('a dispute without a time to respond by, or an intent, says so', async () => {
  const bare = { ...dispute('created.chargeback'), payment_intent: null, evidence_details: { due_by: null } };

  expect(await disputeOf(bare)).toMatchObject({ value: { respondBy: null, providerIntentId: null } });
});

test('another dispute than the one asked for is not believed', async () => {
  answer = () => json(200, dispute('closed.lost'));

  expect(await stripeAt(server.url).getDispute('du_mine', soon)).toMatchObject({ reason: 'bad_response' });
});

const entries = async (window = { from: 1_000, to: 2_000 }, options = soon) => {
  const outcomes: BookLine[] = [];
  for await (const outcome of stripeAt(server.url).listSettlementEntries(window, options))
    outcomes.push(outcome);
  return outcomes;
};

test('an entry says what moved, what it cost and what is left, in the currency of our balance', async () => {
  answer = () =>
    list([{ ...transaction, id: 'txn_1', amount: 2000, fee: 88, net: 1912, source: { id: 'ch_1' } }]);

  expect(await entries()).toEqual([
    {
      kind: 'ok',
      value: {
        providerEntryId: 'txn_1',
        kind: 'payment',
        providerObjectId: 'ch_1',
        providerIntentId: null,
        amount: { amountMinor: 2000n, currency: 'USD' },
        feeMinor: 88n,
        netMinor: 1912n,
        providerPayoutId: null,
        createdAt: transaction.created,
      },
    },
  ]);
  const query = new URL(server.seen[0]?.path ?? '', 'http://x').searchParams;
  expect(Object.fromEntries(query)).toEqual({
    'created[gte]': '1000',
    'created[lt]': '2000',
    limit: '100',
    'expand[0]': 'data.source',
  });
});

test.each([
  ['charge', 'payment'],
  ['refund', 'refund'],
  ['refund_failure', 'refund_failure'],
  ['dispute', 'dispute'],
  ['dispute_reversal', 'dispute_reversal'],
  ['fee', 'fee'],
  ['payout', 'payout'],
  ['tomorrow', 'other'],
  ['constructor', 'other'],
])('an entry of category %s is of kind %s', async (reporting_category, kind) => {
  answer = () => list([{ ...transaction, reporting_category, amount: -5, net: -5 }]);

  expect(await entries()).toMatchObject([{ kind: 'ok', value: { kind, netMinor: -5n } }]);
});

test('an entry names the payment intent of what moved', async () => {
  answer = () =>
    list([
      { ...transaction, id: 'txn_1', source: { id: 'ch_1', payment_intent: 'pi_1' } },
      { ...transaction, id: 'txn_2', source: 'ch_2' },
      { ...transaction, id: 'txn_3', source: null },
      { ...transaction, id: 'txn_4', source: { id: 'ch_4', payment_intent: { id: 'pi_4' } } },
    ]);

  expect((await entries()).map((outcome: any) => outcome.value.providerIntentId)).toEqual([
    'pi_1',
    null,
    null,
    null,
  ]);
});

test('a payout says what it was made of, itself among it', async () => {
  answer = (query) =>
    query.get('payout') === 'po_1'
      ? list([
          { ...transaction, id: 'txn_po', reporting_category: 'payout', source: 'po_1' },
          { ...transaction, id: 'txn_1', source: 'ch_1' },
        ])
      : raw(500, '');
  const made: any[] = [];
  for await (const outcome of stripeAt(server.url).listPayoutEntries('po_1', soon)) made.push(outcome);

  expect(made).toMatchObject([
    { value: { kind: 'payout', providerObjectId: 'po_1', providerPayoutId: 'po_1' } },
    { value: { kind: 'payment', providerObjectId: 'ch_1', providerPayoutId: 'po_1' } },
  ]);
});

test('payouts are listed by the page, without those whose money stayed or came back', async () => {
  const payout = fixture('stripe/objects/payout.json');
  answer = (query, path) => {
    if (path !== '/v1/payouts' || query.get('created[gte]') !== '7' || query.get('created[lt]') !== '9')
      return raw(500, '');
    return query.has('starting_after')
      ? list([{ ...payout, id: 'po_3', status: 'paid' }])
      : list([payout, { ...payout, id: 'po_2', status: 'failed' }], true);
  };
  const listed: any[] = [];
  for await (const outcome of stripeAt(server.url).listPayouts!({ from: 7, to: 9 }, soon))
    listed.push(outcome);

  const told = { amount: { amountMinor: 1100n, currency: 'USD' }, createdAt: 1_234_567_890 };
  expect(listed).toEqual([
    { kind: 'ok', value: { providerPayoutId: payout.id, ...told } },
    { kind: 'ok', value: { providerPayoutId: 'po_3', ...told } },
  ]);
});

test('a list of payouts that breaks off ends in a failure', async () => {
  const payout = fixture('stripe/objects/payout.json');
  answer = (query) => (query.has('starting_after') ? raw(503, '') : list([payout], true));
  const listed: any[] = [];
  for await (const outcome of stripeAt(server.url).listPayouts!({ from: 7, to: 9 }, soon))
    listed.push(outcome);

  expect(listed).toMatchObject([{ kind: 'ok' }, { kind: 'unknown', reason: 'server_error' }]);
});

test('a page is asked for when the one before it is used up', async () => {
  answer = (query) =>
    query.get('starting_after') === 'txn_2'
      ? list([{ ...transaction, id: 'txn_3' }])
      : list(
          [
            { ...transaction, id: 'txn_1' },
            { ...transaction, id: 'txn_2' },
          ],
          true,
        );

  const seen: [string, number][] = [];
  for await (const outcome of stripeAt(server.url).listSettlementEntries({ from: 1, to: 2 }, soon))
    if (outcome.kind === 'ok') seen.push([outcome.value.providerEntryId, server.seen.length]);

  expect(seen).toEqual([
    ['txn_1', 1],
    ['txn_2', 1],
    ['txn_3', 2],
  ]);
});

test('a failure comes last, after the entries that were read', async () => {
  answer = (query) => (query.has('starting_after') ? raw(503, '') : list([transaction], true));

  expect(await entries()).toMatchObject([{ kind: 'ok' }, { kind: 'unknown', reason: 'server_error' }]);
});

test('each page has its own time', async () => {
  answer = (query) => (query.has('starting_after') ? 'hang' : list([transaction], true));

  expect(await entries(undefined, { timeoutMs: 300 })).toMatchObject([
    { kind: 'ok' },
    { kind: 'unknown', reason: 'timeout' },
  ]);
});

test('a window without an end is refused after a thousand pages', async () => {
  answer = () => list([transaction], true);

  const outcomes = await entries();

  expect(outcomes).toHaveLength(1_001);
  expect(outcomes.at(-1)).toMatchObject({ kind: 'rejected', code: 'window_too_large' });
});

test('a line that cannot be read is told by its name, and the others are read', async () => {
  const named = { ...transaction, id: 'txn_2', source: { id: 'ch_2' } };
  answer = (query) =>
    query.has('starting_after')
      ? list([{ ...transaction, id: 'txn_3' }])
      : list([{ ...transaction, id: 'txn_1' }, { ...named, fee: 'x' }, null, { ...named, net: 7 }], true);

  const told = { kind: 'unreadable', providerEntryId: 'txn_2', providerObjectId: 'ch_2' };
  expect(await entries()).toMatchObject([
    { kind: 'ok', value: { providerEntryId: 'txn_1' } },
    { ...told, reason: 'fee: invalid_type' },
    { kind: 'unreadable', providerEntryId: null, providerObjectId: null },
    { ...told, reason: 'its net is not its amount less its fee' },
    { kind: 'ok', value: { providerEntryId: 'txn_3' } },
  ]);
  expect(server.seen.at(-1)?.path).toContain('starting_after=txn_2');
});

test('a page that names nothing and is not the last is a failure', async () => {
  answer = () => list([null, {}], true);

  expect(await entries()).toEqual([{ kind: 'unknown', reason: 'bad_response' }]);
});

test('a payout that cannot be read is told by its name, and the others are listed', async () => {
  const payout = fixture('stripe/objects/payout.json');
  answer = () =>
    list([
      { ...payout, id: 'po_1', amount: null },
      { ...payout, id: 'po_2', status: 'paid' },
    ]);
  const listed: unknown[] = [];
  for await (const outcome of stripeAt(server.url).listPayouts!({ from: 7, to: 9 }, soon))
    listed.push(outcome);

  expect(listed).toMatchObject([
    { kind: 'unreadable', providerEntryId: 'po_1', providerPayoutId: 'po_1', reason: 'amount: invalid_type' },
    { kind: 'ok', value: { providerPayoutId: 'po_2' } },
  ]);
});
