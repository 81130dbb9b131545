// Early fraud warnings of the card networks, and reviews of Radar.
import type Stripe from 'stripe';
import { z } from 'zod';
import type { Outcome } from '../provider';
import type { SettlementWindow } from '../settlement';
import { BadAnswer, type Deadline, type LinedOptions, withDeadline } from '../transport';
import type { ProviderWarning } from '../warning';
import { failureOf } from './errors';
import { type After, nextAfter, PAGE_ITEMS, type Page } from './paging';

/** Ten thousand of each: a window that holds more is asked for in parts. */
const PAGES_MAX = 100;

/** Ids are put into paths. */
const WARNING_ID = /^issfr_\w{1,250}$/;
const REVIEW_ID = /^prv_\w{1,250}$/;

const idOrObject = z.union([z.string(), z.object({ id: z.string() }).transform((object) => object.id)]);
const warningSchema = z
  .object({
    object: z.literal('radar.early_fraud_warning'),
    id: z.string(),
    actionable: z.boolean(),
    charge: idOrObject,
    payment_intent: idOrObject.nullish(),
    fraud_type: z.string(),
    created: z.int().nonnegative(),
  })
  .transform(
    (warning): ProviderWarning => ({
      providerWarningId: warning.id,
      kind: 'early_fraud_warning',
      providerPaymentId: warning.charge,
      providerIntentId: warning.payment_intent ?? null,
      isActionable: warning.actionable,
      reason: warning.fraud_type,
      closedReason: null,
      createdAt: warning.created,
    }),
  );
const reviewSchema = z
  .object({
    object: z.literal('review'),
    id: z.string(),
    open: z.boolean(),
    charge: idOrObject.nullish(),
    payment_intent: idOrObject.nullish(),
    reason: z.string(),
    closed_reason: z.string().nullish(),
    created: z.int().nonnegative(),
  })
  .transform(
    (review): ProviderWarning => ({
      providerWarningId: review.id,
      kind: 'provider_review',
      providerPaymentId: review.charge ?? null,
      providerIntentId: review.payment_intent ?? null,
      isActionable: review.open,
      reason: review.reason,
      closedReason: review.open ? null : (review.closed_reason ?? review.reason),
      createdAt: review.created,
    }),
  );
const pageOf = (item: z.ZodType<ProviderWarning>) =>
  z.object({ object: z.literal('list'), data: z.array(item), has_more: z.boolean() });
const warningPage = pageOf(warningSchema);
const reviewPage = pageOf(reviewSchema);

/** @throws what the SDK throws, and BadAnswer: the caller makes an outcome of it. */
export async function getWarning(
  stripe: Stripe,
  id: string,
  deadline: Deadline,
): Promise<Outcome<ProviderWarning>> {
  const warning = await retrieve(stripe, id, deadline);
  if (!warning) return { kind: 'not_found', message: 'Not the id of a warning or a review' };
  if (warning.providerWarningId !== id) throw new BadAnswer('Another warning than the one asked for');
  return { kind: 'ok', value: warning };
}

async function retrieve(stripe: Stripe, id: string, deadline: Deadline): Promise<ProviderWarning | null> {
  if (WARNING_ID.test(id)) {
    await deadline.turn('GET /v1/radar/early_fraud_warnings/:id');
    const options = { timeout: deadline.remainingMs() };
    return warningSchema.parse(await stripe.radar.earlyFraudWarnings.retrieve(id, undefined, options));
  }
  if (!REVIEW_ID.test(id)) return null;
  await deadline.turn('GET /v1/reviews/:id');
  return reviewSchema.parse(
    await stripe.reviews.retrieve(id, undefined, { timeout: deadline.remainingMs() }),
  );
}

/** Newest first, warnings before reviews; of reviews Stripe lists those that are open. A failure is the last value. */
export async function* listWarnings(
  stripe: Stripe,
  { from, to }: SettlementWindow,
  options: LinedOptions,
): AsyncGenerator<Outcome<ProviderWarning>, void, void> {
  const created = { gte: from, lt: to };
  const isWhole = yield* pages(options, async (after, deadline) => {
    await deadline.turn('GET /v1/radar/early_fraud_warnings');
    const page = { created, limit: PAGE_ITEMS, ...after };
    return warningPage.parse(
      await stripe.radar.earlyFraudWarnings.list(page, { timeout: deadline.remainingMs() }),
    );
  });
  if (!isWhole) return;
  yield* pages(options, async (after, deadline) => {
    await deadline.turn('GET /v1/reviews');
    const page = { created, limit: PAGE_ITEMS, ...after };
    return reviewPage.parse(await stripe.reviews.list(page, { timeout: deadline.remainingMs() }));
  });
}

/** @returns whether the list was read to its end. */
async function* pages(
  options: LinedOptions,
  read: (after: After, deadline: Deadline) => Promise<Page<ProviderWarning>>,
): AsyncGenerator<Outcome<ProviderWarning>, boolean, void> {
  let after: After | null = {};
  for (let count = 0; count < PAGES_MAX && after; count++) {
    const start: After = after;
    const answer = await withDeadline(
      options,
      async (deadline): Promise<Outcome<Page<ProviderWarning>>> => ({
        kind: 'ok',
        value: await read(start, deadline),
      }),
      failureOf,
    );
    if (answer.kind !== 'ok') {
      yield answer;
      return false;
    }
    for (const value of answer.value.data) yield { kind: 'ok', value };
    after = nextAfter({
      has_more: answer.value.has_more,
      data: answer.value.data.map(({ providerWarningId }) => ({ id: providerWarningId })),
    });
  }
  if (after) yield { kind: 'rejected', code: 'window_too_large', message: 'Ask for a shorter window' };
  return after === null;
}
