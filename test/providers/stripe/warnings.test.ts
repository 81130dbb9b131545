// Early fraud warnings and reviews as Stripe publishes them, and as they break.
import { type Answer, fixture, json, type Server, soon, startServer, stripeAt } from '../wire';

const warning = { ...fixture('stripe/objects/radar.early_fraud_warning.json'), payment_intent: 'pi_1' };
const review = fixture('stripe/objects/review.json');

let server: Server;
let answer: (path: string) => Answer;
beforeAll(async () => {
  server = await startServer(({ path }) => answer(path));
});
beforeEach(() => {
  server.seen.length = 0;
});
afterAll(() => server.close());

const read = (id: string) => stripeAt(server.url).getWarning(id, soon);
async function listed(window = { from: 100, to: 200 }) {
  const all = [];
  for await (const outcome of stripeAt(server.url).listWarnings(window, soon)) all.push(outcome);
  return all;
}
const list = (data: object[], has_more = false) => json(200, { object: 'list', data, has_more, url: '/v1' });

test('the published warning is read, with its payment and whether anything can be done', async () => {
  answer = () => json(200, warning);

  expect(await read(warning.id)).toEqual({
    kind: 'ok',
    value: {
      providerWarningId: warning.id,
      kind: 'early_fraud_warning',
      providerPaymentId: 'ch_1234',
      providerIntentId: 'pi_1',
      isActionable: true,
      reason: 'misc',
      closedReason: null,
      createdAt: 123456789,
    },
  });
  expect(server.seen[0]?.path).toBe(`/v1/radar/early_fraud_warnings/${warning.id}`);
});

test('the published review is read while it is open, and how it was closed', async () => {
  answer = () => json(200, review);
  const open = {
    providerWarningId: review.id,
    kind: 'provider_review',
    providerPaymentId: null,
    providerIntentId: review.payment_intent,
    isActionable: true,
    reason: 'rule',
    closedReason: null,
    createdAt: 1689864901,
  };
  expect(await read(review.id)).toEqual({ kind: 'ok', value: open });
  expect(server.seen[0]?.path).toBe(`/v1/reviews/${review.id}`);

  const charge = { id: 'ch_1', object: 'charge' };
  answer = () => json(200, { ...review, charge, open: false, reason: 'approved', closed_reason: 'approved' });
  expect(await read(review.id)).toEqual({
    kind: 'ok',
    value: {
      ...open,
      providerPaymentId: 'ch_1',
      isActionable: false,
      reason: 'approved',
      closedReason: 'approved',
    },
  });
});

test.each(['pi_1', 'issfr_', 'prv_../charges', 'dp_1', ''])('nothing is asked for the id %p', async (id) => {
  expect(await read(id)).toMatchObject({ kind: 'not_found' });
  expect(server.seen).toEqual([]);
});

test.each([
  ['another one', warning.id, { ...warning, id: 'issfr_other' }],
  ['a charge', warning.id, { object: 'charge', id: warning.id }],
  ['without its charge', warning.id, { ...warning, charge: null }],
  ['without a word on what can be done', warning.id, { ...warning, actionable: 'yes' }],
  ['a review that is neither open nor closed', review.id, { ...review, open: null }],
])('%s is not believed', async (_name, id, body) => {
  answer = () => json(200, body);

  expect(await read(id)).toEqual({ kind: 'unknown', reason: 'bad_response' });
});

test('warnings and open reviews of a time are listed page by page', async () => {
  answer = (path) => {
    if (path.startsWith('/v1/reviews')) return list([review]);
    return path.includes('starting_after')
      ? list([{ ...warning, id: 'issfr_2' }])
      : list([{ ...warning, id: 'issfr_1' }], true);
  };

  expect(await listed()).toMatchObject([
    { value: { providerWarningId: 'issfr_1' } },
    { value: { providerWarningId: 'issfr_2' } },
    { value: { providerWarningId: review.id, kind: 'provider_review' } },
  ]);
  expect(server.seen.map(({ path }) => decodeURIComponent(path))).toEqual([
    '/v1/radar/early_fraud_warnings?created[gte]=100&created[lt]=200&limit=100',
    '/v1/radar/early_fraud_warnings?created[gte]=100&created[lt]=200&limit=100&starting_after=issfr_1',
    '/v1/reviews?created[gte]=100&created[lt]=200&limit=100',
  ]);
});

test('a key that may not read reviews ends the list after the warnings', async () => {
  const refused = json(403, {
    error: { type: 'invalid_request_error', message: 'rak_review_read is lacking' },
  });
  answer = (path) => (path.startsWith('/v1/reviews') ? refused : list([warning]));

  expect(await listed()).toMatchObject([
    { kind: 'ok' },
    { kind: 'misconfigured', message: expect.stringContaining('rak_review_read') },
  ]);
});

test('a list that does not end is given up, and says so', async () => {
  let count = 0;
  answer = () => list([{ ...warning, id: `issfr_${++count}` }], true);

  expect((await listed()).at(-1)).toMatchObject({ kind: 'rejected', code: 'window_too_large' });
  expect(count).toBe(100);
});
