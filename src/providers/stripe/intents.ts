// Payment intents at Stripe: made, read, found again, captured and canceled, each with every try and refund on it.

import type Stripe from 'stripe';
import type {
  CapturePaymentRequest,
  CreateIntentRequest,
  FindIntentRequest,
  Outcome,
  ProviderIntent,
} from '../provider';
import { BadAnswer, type Deadline } from '../transport';
import { wireAmount, wireRefusal } from './currencies';
import { failureOf } from './errors';
import { type After, allPages, nextAfter, PAGE_ITEMS } from './paging';
import { stackless } from './stackless';
import {
  createParameters,
  readChargePage,
  readIntent,
  readMetadataPage,
  readRefundPage,
  type StripeCharge,
  type StripeIntent,
  shownIntent,
  toProviderIntent,
} from './translate';

/** Ids are put into paths. */
const INTENT_ID = /^pi_\w{1,250}$/;

/** Ten thousand intents: more than the time of a call allows for, and the end of a list that does not end. */
const FIND_PAGES_MAX = 100;

/** @throws what the SDK throws, and BadAnswer, as all of this file: the caller makes an outcome of it. */
export async function createIntent(
  stripe: Stripe,
  request: CreateIntentRequest,
  idempotencyKey: string,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent>> {
  const refusal = wireRefusal(request.amount);
  if (refusal) return refusal;
  await deadline.turn('POST /v1/payment_intents');
  const options = { idempotencyKey, timeout: deadline.remainingMs() };
  const parameters = createParameters(request);
  const intent = readIntent(await stackless(() => stripe.paymentIntents.create(parameters, options)));
  if (intent.metadata?.['intent_id'] !== request.ourIntentId)
    throw new BadAnswer('An intent made for another');
  return whole(stripe, intent, deadline);
}

/**
 * An intent that was tried is read with its charges, each of which shows it whole: one call, where the intent first and its
 * charges then are two.
 * @param isTried a guess; a wrong one costs a call.
 */
export async function getIntent(
  stripe: Stripe,
  id: string,
  isTried: boolean,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent>> {
  if (!INTENT_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a payment intent' };
  if (isTried) {
    const { intent, charges } = await allCharges(stripe, id, true, deadline);
    if (intent) return { kind: 'ok', value: toProviderIntent(intent, charges) };
  }
  await deadline.turn('GET /v1/payment_intents/:id');
  const intent = readIntent(
    await stackless(() => stripe.paymentIntents.retrieve(id, undefined, { timeout: deadline.remainingMs() })),
  );
  if (intent.id !== id) throw new BadAnswer('Another intent than the one asked for');
  return whole(stripe, intent, deadline);
}

export async function cancelIntent(
  stripe: Stripe,
  id: string,
  idempotencyKey: string,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent>> {
  if (!INTENT_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a payment intent' };
  await deadline.turn('POST /v1/payment_intents/:id/cancel');
  const options = { idempotencyKey, timeout: deadline.remainingMs() };
  try {
    const intent = readIntent(await stripe.paymentIntents.cancel(id, undefined, options));
    if (intent.id !== id) throw new BadAnswer('Another intent than the one canceled');
    return await whole(stripe, intent, deadline);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== 'conflict') return failure;
    // Stripe refuses in the same words to cancel what is canceled and what is paid; only a read tells them apart.
    const now = await getIntent(stripe, id, false, deadline).catch(failureOf);
    return now.kind === 'ok' && now.value.status === 'canceled' ? now : failure;
  }
}

/** Already captured is done, whoever did it; Stripe refuses in the same words to capture what is canceled. */
export async function capturePayment(
  stripe: Stripe,
  request: CapturePaymentRequest,
  idempotencyKey: string,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent>> {
  const { providerIntentId: id, amount } = request;
  if (!INTENT_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a payment intent' };
  const refusal = wireRefusal(amount);
  if (refusal) return refusal;
  await deadline.turn('POST /v1/payment_intents/:id/capture');
  const options = { idempotencyKey, timeout: deadline.remainingMs() };
  try {
    const parameters = { amount_to_capture: wireAmount(amount) };
    const intent = readIntent(await stripe.paymentIntents.capture(id, parameters, options));
    if (intent.id !== id) throw new BadAnswer('Another intent than the one captured');
    return await whole(stripe, intent, deadline);
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind !== 'conflict' && failure.kind !== 'rejected') return failure;
    const now = await getIntent(stripe, id, false, deadline).catch(failureOf);
    return now.kind === 'ok' && now.value.status === 'succeeded' ? now : failure;
  }
}

/**
 * Reads what Stripe made in the window, newest first, until one has our id: its search lags by up to an hour and is
 * not there for merchants in India. Source: docs.stripe.com/search.
 */
export async function findIntent(
  stripe: Stripe,
  request: FindIntentRequest,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent | null>> {
  const created = { gte: request.createdAfter, lte: request.createdBefore };
  let after: After | null = {};
  for (let pages = 0; pages < FIND_PAGES_MAX && after; pages++) {
    await deadline.turn('GET /v1/payment_intents');
    const page = readMetadataPage(
      await stripe.paymentIntents.list(
        { created, limit: PAGE_ITEMS, ...after },
        { timeout: deadline.remainingMs() },
      ),
    );
    const found = page.data.find((one) => one.metadata?.['intent_id'] === request.ourIntentId);
    if (found) return getIntent(stripe, found.id, false, deadline);
    after = nextAfter(page);
  }
  if (after) throw new BadAnswer(`More than ${FIND_PAGES_MAX * PAGE_ITEMS} intents in the window`);
  return { kind: 'ok', value: null };
}

/** Adds every try and every refund, read after the intent, so that no money it tells of can be missing. */
async function whole(
  stripe: Stripe,
  intent: StripeIntent,
  deadline: Deadline,
): Promise<Outcome<ProviderIntent>> {
  const { charges } = intent.latest_charge
    ? await allCharges(stripe, intent.id, false, deadline)
    : { charges: [] };
  return { kind: 'ok', value: toProviderIntent(intent, charges) };
}

/** @returns the intent as the charges show it where that was asked for, and every charge with all its refunds. */
async function allCharges(
  stripe: Stripe,
  intentId: string,
  withIntent: boolean,
  deadline: Deadline,
): Promise<{ intent: StripeIntent | null; charges: StripeCharge[] }> {
  const expand = withIntent ? ['data.refunds', 'data.payment_intent'] : ['data.refunds'];
  let intent: StripeIntent | null = null;
  const charges = await allPages(async (after) => {
    await deadline.turn('GET /v1/charges');
    const asked = { payment_intent: intentId, limit: PAGE_ITEMS, expand, ...after };
    const page = await stackless(() => stripe.charges.list(asked, { timeout: deadline.remainingMs() }));
    // Of the first page: what comes with a later one was read later than the charges before it.
    intent ??= shownIntent(page);
    return readChargePage(page);
  });
  const withRefunds = await Promise.all(charges.map((charge) => withAllRefunds(stripe, charge, deadline)));
  return { intent, charges: withRefunds };
}

/** An expanded list is cut at ten. */
async function withAllRefunds(
  stripe: Stripe,
  charge: StripeCharge,
  deadline: Deadline,
): Promise<StripeCharge> {
  const isComplete = charge.refunds ? !charge.refunds.has_more : charge.amount_refunded === 0;
  if (isComplete) return charge;
  const data = await allPages(async (after) => {
    await deadline.turn('GET /v1/refunds');
    return readRefundPage(
      await stripe.refunds.list(
        { charge: charge.id, limit: PAGE_ITEMS, ...after },
        { timeout: deadline.remainingMs() },
      ),
    );
  });
  return { ...charge, refunds: { data, has_more: false } };
}
