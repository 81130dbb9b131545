// Refunds at Stripe: made under our key with our id in their metadata, and read.

import type Stripe from 'stripe';
import type { CreateRefundRequest, Outcome, ProviderRefund } from '../provider';
import { BadAnswer, cutText, type Deadline } from '../transport';
import { wireAmount, wireRefusal } from './currencies';
import { readRefund, toProviderRefund } from './translate';

/** Ids are put into paths. Refunds of payments that are no cards have other letters. */
const REFUND_ID = /^(re|pyr)_\w{1,250}$/;
const CHARGE_ID = /^(ch|py)_\w{1,250}$/;

/** docs.stripe.com/metadata: values of at most 500 characters. */
const METADATA_LENGTH_MAX = 500;

/** @throws what the SDK throws, and BadAnswer, as all of this file: the caller makes an outcome of it. */
export async function createRefund(
  stripe: Stripe,
  request: CreateRefundRequest,
  idempotencyKey: string,
  deadline: Deadline,
): Promise<Outcome<ProviderRefund>> {
  const refusal = wireRefusal(request.amount);
  if (refusal) return refusal;
  await deadline.turn('POST /v1/refunds');
  const options = { idempotencyKey, timeout: deadline.remainingMs() };
  const refund = readRefund(await stripe.refunds.create(refundParameters(request), options));
  if (refund.metadata?.['refund_id'] !== request.ourRefundId)
    throw new BadAnswer('A refund made for another');
  return { kind: 'ok', value: toProviderRefund(refund, paymentIdOf(request)) };
}

export async function getRefund(
  stripe: Stripe,
  id: string,
  paymentId: string | null,
  deadline: Deadline,
): Promise<Outcome<ProviderRefund>> {
  if (!REFUND_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a refund' };
  await deadline.turn('GET /v1/refunds/:id');
  const refund = readRefund(
    await stripe.refunds.retrieve(id, undefined, { timeout: deadline.remainingMs() }),
  );
  if (refund.id !== id) throw new BadAnswer('Another refund than the one asked for');
  return { kind: 'ok', value: toProviderRefund(refund, paymentId) };
}

/** The charge itself where we know it: an intent may have been paid by a later one. */
const paymentIdOf = ({ providerPaymentId }: CreateRefundRequest) =>
  CHARGE_ID.test(providerPaymentId) ? providerPaymentId : null;

/**
 * The same request gives the same bytes, as the idempotency key demands. Stripe's own field `reason` is left alone but for a
 * fraud: "fraudulent" there puts the payer's card and e-mail on its block lists. Source: docs.stripe.com/api/refunds/create.
 */
function refundParameters(request: CreateRefundRequest): Stripe.RefundCreateParams {
  const charge = paymentIdOf(request);
  return {
    ...(charge ? { charge } : { payment_intent: request.providerIntentId }),
    amount: wireAmount(request.amount),
    metadata: {
      refund_id: request.ourRefundId,
      ...(request.gatewayId ? { gateway_id: request.gatewayId } : {}),
      reason: cutText(request.reason, METADATA_LENGTH_MAX),
    },
    ...(request.isFraudulent ? { reason: 'fraudulent' } : {}),
  };
}
