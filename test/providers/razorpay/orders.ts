// An order of ours with two tries to pay it, as Razorpay shows them, and a server that a test fills with answers.
import {
  type Answer,
  createRequest,
  fixture,
  json,
  OUR_INTENT_ID,
  raw,
  type Server,
  startServer,
} from '../wire';

export const ID = 'order_N8FRN5zTm5S3wx';
export const amount = { amountMinor: 100n, currency: 'INR' };
export const request = createRequest({ amount });
export const order = {
  ...fixture('razorpay/api/order_create.success.json'),
  id: ID,
  amount: 100,
  amount_due: 100,
  receipt: OUR_INTENT_ID,
  notes: { intent_id: OUR_INTENT_ID },
};
export const paidOrder = { ...order, status: 'paid', amount_paid: 100, attempts: 2 };
export const [failed, captured] = fixture('razorpay/api/order_payments.success.json').items;
export const refund = {
  ...fixture('razorpay/api/refund_fetch.success.json'),
  payment_id: captured.id,
  amount: 40,
};
export const collection = (items: object[]) =>
  json(200, { entity: 'collection', count: items.length, items });
export const receiptTaken = json(400, {
  error: {
    code: 'BAD_REQUEST_ERROR',
    description: 'An order with the same receipt value has already been created',
  },
});

export type Answers = Record<string, Answer | ((query: URLSearchParams) => Answer)>;

/** @param answersOf what is answered now, by method and path without the query. */
export function startRazorpay(answersOf: () => Answers): Promise<Server> {
  return startServer(({ method, path }) => {
    const url = new URL(path, 'http://razorpay');
    const answer =
      answersOf()[`${method} ${url.pathname}`] ?? raw(500, `No answer for ${method} ${url.pathname}`);
    return typeof answer === 'function' ? answer(url.searchParams) : answer;
  });
}

export const routesOf = (server: Server) =>
  server.seen.map(({ method, path }) => `${method} ${path.split('?')[0]}`);
