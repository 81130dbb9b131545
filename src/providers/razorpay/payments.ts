// Payments at Razorpay, read by their own id: half of its published samples of disputes name no order.
import { z } from 'zod';
import type { Outcome } from '../provider';
import { BadAnswer, type Deadline } from '../transport';
import type { RazorpayClient } from './http-client';

/** Ids are put into paths, by the SDK as they are. */
const PAYMENT_ID = /^pay_\w{1,250}$/;

const paymentSchema = z.object({
  entity: z.literal('payment'),
  id: z.string(),
  order_id: z.string().nullish(),
});

/** @throws what the SDK rejects with, and BadAnswer: the caller makes an outcome of it. */
export async function getIntentIdOfPayment(
  client: RazorpayClient,
  id: string,
  deadline: Deadline,
): Promise<Outcome<string | null>> {
  if (!PAYMENT_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a payment' };
  const payment = paymentSchema.parse(await client.send(deadline, (sdk) => sdk.payments.fetch(id)));
  if (payment.id !== id) throw new BadAnswer('Another payment than the one asked for');
  return { kind: 'ok', value: payment.order_id ?? null };
}
