// Refunds at Razorpay: made under our key with our id in their notes, and read.
import { createHash } from 'node:crypto';
import type { Refunds } from 'razorpay/dist/types/refunds';
import type { CreateRefundRequest, Outcome, ProviderRefund } from '../provider';
import { amountRefusal, BadAnswer, cutText, type Deadline } from '../transport';
import type { RazorpayClient } from './http-client';
import { readRefund, toProviderRefund } from './translate';

/** Ids are put into paths, by the SDK as they are. */
const PAYMENT_ID = /^pay_\w{1,250}$/;
const REFUND_ID = /^rfnd_\w{1,250}$/;

/** razorpay.com/docs/api/refunds: receipts of at most 40 characters, notes of at most 256. */
const RECEIPT_LENGTH_MAX = 40;
const NOTE_LENGTH_MAX = 256;

/** @throws what the SDK rejects with, and BadAnswer, as all of this file: the caller makes an outcome of it. */
export async function createRefund(
  client: RazorpayClient,
  request: CreateRefundRequest,
  idempotencyKey: string,
  deadline: Deadline,
): Promise<Outcome<ProviderRefund>> {
  const { providerPaymentId: paymentId } = request;
  if (!PAYMENT_ID.test(paymentId)) return { kind: 'not_found', message: 'Not the id of a payment' };
  const refusal = amountRefusal(request.amount);
  if (refusal) return refusal;
  const refund = readRefund(
    await client.send(deadline, (sdk) => sdk.payments.refund(paymentId, refundBody(request)), {
      'X-Refund-Idempotency': refundKey(idempotencyKey),
    }),
  );
  if (refund.payment_id !== paymentId) throw new BadAnswer('A refund of another payment');
  if (refund.notes?.refund_id !== request.ourRefundId) throw new BadAnswer('A refund made for another');
  return { kind: 'ok', value: toProviderRefund(refund) };
}

export async function getRefund(
  client: RazorpayClient,
  id: string,
  paymentId: string | null,
  deadline: Deadline,
): Promise<Outcome<ProviderRefund>> {
  if (!REFUND_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a refund' };
  const refund = readRefund(await client.send(deadline, (sdk) => sdk.refunds.fetch(id)));
  if (refund.id !== id) throw new BadAnswer('Another refund than the one asked for');
  if (paymentId !== null && refund.payment_id !== paymentId)
    throw new BadAnswer('A refund of another payment');
  return { kind: 'ok', value: toProviderRefund(refund) };
}

/** The same request gives the same bytes, as the idempotency key demands. */
function refundBody(request: CreateRefundRequest): Refunds.RazorpayRefundCreateRequestBody {
  return {
    amount: Number(request.amount.amountMinor),
    // The other speed costs a fee that nobody asked us to pay.
    speed: 'normal',
    receipt: cutText(request.ourRefundId, RECEIPT_LENGTH_MAX),
    notes: {
      refund_id: request.ourRefundId,
      ...(request.gatewayId ? { gateway_id: request.gatewayId } : {}),
      reason: cutText(request.reason, NOTE_LENGTH_MAX),
      // Razorpay has no word for it: the note is for whoever looks at the refund in its dashboard.
      ...(request.isFraudulent ? { fraudulent: 'yes' } : {}),
    },
  };
}

/**
 * Razorpay takes ten or more of these characters; another key is sent as its hash.
 * Source: razorpay.com/docs/api/refunds/normal-refunds-idempotent.
 */
const refundKey = (key: string) =>
  /^[A-Za-z0-9_-]{10,}$/.test(key) ? key : createHash('sha256').update(key).digest('base64url');
