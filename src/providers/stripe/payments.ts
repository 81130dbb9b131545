// Charges at Stripe, read by their own id: for news that names the charge alone.
import type Stripe from 'stripe';
import { z } from 'zod';
import type { Outcome } from '../provider';
import { BadAnswer, type Deadline } from '../transport';

/** Ids are put into paths. */
const CHARGE_ID = /^(ch|py)_\w{1,250}$/;

const chargeSchema = z.object({
  object: z.literal('charge'),
  id: z.string(),
  payment_intent: z
    .union([z.string(), z.object({ id: z.string() }).transform((object) => object.id)])
    .nullish(),
});

/** @throws what the SDK throws, and BadAnswer: the caller makes an outcome of it. */
export async function getIntentIdOfPayment(
  stripe: Stripe,
  id: string,
  deadline: Deadline,
): Promise<Outcome<string | null>> {
  if (!CHARGE_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a charge' };
  await deadline.turn('GET /v1/charges/:id');
  const charge = chargeSchema.parse(
    await stripe.charges.retrieve(id, undefined, { timeout: deadline.remainingMs() }),
  );
  if (charge.id !== id) throw new BadAnswer('Another charge than the one asked for');
  return { kind: 'ok', value: charge.payment_intent ?? null };
}
