// Orders at Razorpay: made, read, found again and captured, each with every payment and refund on it.
import type { CapturePaymentRequest, CreateIntentRequest, Outcome, ProviderIntent } from '../provider';
import { amountRefusal, BadAnswer, type Deadline } from '../transport';
import { withCards } from './cards';
import { failureOf, isFieldRefused, isReceiptTaken } from './errors';
import type { RazorpayClient } from './http-client';
import {
  byCreation,
  isPaid,
  type OrderBody,
  orderBody,
  type RazorpayOrder,
  type RazorpayRefund,
  readOrder,
  readOrders,
  readPayment,
  readPayments,
  readRefunds,
  toProviderIntent,
} from './translate';

/** Razorpay's largest page. */
const PAGE_ITEMS = 100;

/** A thousand refunds of one payment are not customers; what lies beyond is not read, and not called whole. */
const PAGES_MAX = 10;

/** Ids are put into paths, by the SDK as they are. */
const ORDER_ID = /^order_\w{1,250}$/;
const PAYMENT_ID = /^pay_\w{1,250}$/;

/** @throws what the SDK rejects with, and BadAnswer, as all of this file: the caller makes an outcome of it. */
export async function createIntent(
  client: RazorpayClient,
  request: CreateIntentRequest,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent>> {
  const refusal = amountRefusal(request.amount);
  if (refusal) return refusal;
  const order = await createOrFindOrder(client, request, deadline);
  const isSame =
    BigInt(order.amount) === request.amount.amountMinor && order.currency === request.amount.currency;
  if (!isSame)
    return {
      kind: 'rejected',
      code: 'idempotency_mismatch',
      message: 'An order of another amount or currency has this receipt',
    };
  const isUntouched = order.status === 'created' && !order.attempts;
  return isUntouched
    ? { kind: 'ok', value: toProviderIntent(order, [], []) }
    : whole(client, order, deadline);
}

async function createOrFindOrder(
  client: RazorpayClient,
  request: CreateIntentRequest,
  deadline: Deadline,
): Promise<RazorpayOrder> {
  const body = orderBody(request);
  const { unique_receipt: _, ...plainBody } = body;
  try {
    if (client.account.refusesUniqueReceipt) return await findOrCreate(client, request, plainBody, deadline);
    return await create(client, request, body, deadline);
  } catch (error) {
    if (isFieldRefused(error, 'unique_receipt')) {
      client.account.refusesUniqueReceipt = true;
      return findOrCreate(client, request, plainBody, deadline);
    }
    if (!isReceiptTaken(error)) throw error;
    const first = await firstOrderOf(client, request.ourIntentId, deadline);
    // It exists and the list lags: the repeat of this call will find it.
    if (!first) throw new BadAnswer('The order of a taken receipt is not listed yet');
    return first;
  }
}

/**
 * For an account whose receipts need not be unique: only a look tells whether an earlier try, whose answer was lost, made the
 * order. Where the list lags there are two, of which one was never shown to anybody and takes no money.
 */
async function findOrCreate(
  client: RazorpayClient,
  request: CreateIntentRequest,
  body: OrderBody,
  deadline: Deadline,
): Promise<RazorpayOrder> {
  const first = await firstOrderOf(client, request.ourIntentId, deadline);
  return first ?? create(client, request, body, deadline);
}

async function create(
  client: RazorpayClient,
  request: CreateIntentRequest,
  body: OrderBody,
  deadline: Deadline,
): Promise<RazorpayOrder> {
  const order = readOrder(await client.send(deadline, (sdk) => sdk.orders.create(body)));
  if (order.receipt !== request.ourIntentId) throw new BadAnswer('An order made for another');
  return order;
}

/** The oldest order with this receipt, with its payments, or null. */
async function firstOrderOf(
  client: RazorpayClient,
  receipt: string,
  deadline: Deadline,
): Promise<RazorpayOrder | null> {
  const orders = readOrders(
    await client.send(deadline, (sdk) =>
      sdk.orders.all({ receipt, count: PAGE_ITEMS, 'expand[]': 'payments' }),
    ),
  );
  const [first] = orders.filter((order) => order.receipt === receipt).sort(byCreation);
  return first ?? null;
}

/** By the receipt, whenever it was made. */
export async function findIntent(
  client: RazorpayClient,
  ourIntentId: string,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent | null>> {
  const order = await firstOrderOf(client, ourIntentId, deadline);
  return order ? whole(client, order, deadline) : { kind: 'ok', value: null };
}

export async function getIntent(
  client: RazorpayClient,
  id: string,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent>> {
  if (!ORDER_ID.test(id)) return { kind: 'not_found', message: 'Not the id of an order' };
  return whole(client, await fetchOrder(client, id, deadline), deadline);
}

/**
 * A second capture is refused by the payment's state, so that it needs no key; whatever was refused, only a read tells
 * whether somebody had captured it before.
 */
export async function capturePayment(
  client: RazorpayClient,
  request: CapturePaymentRequest,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent>> {
  const { providerIntentId, providerPaymentId: id, amount } = request;
  const areIds = ORDER_ID.test(providerIntentId) && PAYMENT_ID.test(id);
  if (!areIds) return { kind: 'not_found', message: 'Not the ids of an order and a payment' };
  const refusal = amountRefusal(amount);
  if (refusal) return refusal;
  try {
    const payment = readPayment(
      await client.send(deadline, (sdk) =>
        sdk.payments.capture(id, Number(amount.amountMinor), amount.currency),
      ),
    );
    if (payment.id !== id) throw new BadAnswer('Another payment than the one captured');
    return await getIntent(client, providerIntentId, deadline);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== 'conflict' && failure.kind !== 'rejected') return failure;
    const now = await getIntent(client, providerIntentId, deadline).catch(failureOf);
    return now.kind === 'ok' && isCaptured(now.value, id) ? now : failure;
  }
}

const isCaptured = (intent: ProviderIntent, paymentId: string) =>
  intent.payments.some((one) => one.providerPaymentId === paymentId && one.status === 'captured');

/** Adds every try and every refund, read after the order, so that no money it tells of can be missing. */
async function whole(
  client: RazorpayClient,
  order: RazorpayOrder,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent>> {
  const listed =
    order.payments ?? readPayments(await client.send(deadline, (sdk) => sdk.orders.fetchPayments(order.id)));
  const payments = await withCards(client, listed, deadline);
  const refunds = await Promise.all(
    payments
      .filter((payment) => (payment.amount_refunded ?? 0) > 0)
      .map((payment) => allRefunds(client, payment.id, deadline)),
  );
  // A payment that was captured and given back since the order was read would look like one never captured.
  const isDoubtful = !isPaid(order) && payments.some((payment) => payment.status === 'refunded');
  const latest = isDoubtful ? await fetchOrder(client, order.id, deadline) : order;
  return { kind: 'ok', value: toProviderIntent(latest, payments, refunds.flat()) };
}

async function fetchOrder(client: RazorpayClient, id: string, deadline: Deadline): Promise<RazorpayOrder> {
  const order = readOrder(await client.send(deadline, (sdk) => sdk.orders.fetch(id)));
  if (order.id !== id) throw new BadAnswer('Another order than the one asked for');
  return order;
}

async function allRefunds(
  client: RazorpayClient,
  paymentId: string,
  deadline: Deadline,
): Promise<RazorpayRefund[]> {
  const refunds: RazorpayRefund[] = [];
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const page = readRefunds(
      await client.send(deadline, (sdk) =>
        sdk.payments.fetchMultipleRefund(paymentId, { count: PAGE_ITEMS, skip: refunds.length }),
      ),
    );
    if (page.some((refund) => refund.payment_id !== paymentId))
      throw new BadAnswer('A refund of another payment');
    refunds.push(...page);
    if (page.length < PAGE_ITEMS) return refunds;
  }
  throw new BadAnswer(`More than ${PAGES_MAX * PAGE_ITEMS} refunds`);
}
