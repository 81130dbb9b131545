// What Stripe keeps beside payment intents, and its list of refunds: read where nothing of ours remembers what there is.
import type Stripe from 'stripe';
import { z } from 'zod';
import type { IntentRecord } from '../intent-record';
import type { Outcome, ProviderRefund } from '../provider';
import type { SettlementWindow } from '../settlement';
import { BadAnswer, type Deadline, type LinedOptions, withDeadline } from '../transport';
import { moneyOf } from './currencies';
import { failureOf } from './errors';
import { type After, nextAfter, PAGE_ITEMS, type Page } from './paging';
import { refundSchema, toProviderRefund } from './translate';

/** A hundred thousand objects: a window that holds more is asked for in parts. */
const PAGES_MAX = 1_000;

/** Ids are put into paths. */
const INTENT_ID = /^pi_\w{1,250}$/;

/** Lenient beyond its name and time, so that no stranger's object can spoil the list. */
const recordSchema = z.object({
  id: z.string(),
  created: z.int().nonnegative(),
  amount: z.int().nonnegative().nullish().catch(null),
  currency: z.string().nullish().catch(null),
  metadata: z.record(z.string(), z.unknown()).nullish().catch(null),
});
const listOf = <T>(item: z.ZodType<T>) =>
  z.object({ object: z.literal('list'), data: z.array(item), has_more: z.boolean() });
const recordPage = listOf(recordSchema);
const refundPage = listOf(z.looseObject({ id: z.string() }));

export const listIntentRecords = (stripe: Stripe, window: SettlementWindow, options: LinedOptions) =>
  listed(
    options,
    async (after, deadline) => {
      await deadline.turn('GET /v1/payment_intents');
      return recordPage.parse(
        await stripe.paymentIntents.list(query(window, after), { timeout: deadline.remainingMs() }),
      );
    },
    toRecord,
  );

/** @throws what the SDK throws, and BadAnswer: the caller makes an outcome of it. */
export async function getIntentRecord(
  stripe: Stripe,
  id: string,
  deadline: Deadline,
): Promise<Outcome<IntentRecord>> {
  if (!INTENT_ID.test(id)) return { kind: 'not_found', message: 'Not the id of a payment intent' };
  await deadline.turn('GET /v1/payment_intents/:id');
  const options = { timeout: deadline.remainingMs() };
  const record = toRecord(recordSchema.parse(await stripe.paymentIntents.retrieve(id, undefined, options)));
  if (record.providerIntentId !== id) throw new BadAnswer('Another intent than the one asked for');
  return { kind: 'ok', value: record };
}

export const listRefunds = (stripe: Stripe, window: SettlementWindow, options: LinedOptions) =>
  listed(
    options,
    async (after, deadline) => {
      await deadline.turn('GET /v1/refunds');
      return refundPage.parse(
        await stripe.refunds.list(query(window, after), { timeout: deadline.remainingMs() }),
      );
    },
    toRefund,
  );

const query = ({ from, to }: SettlementWindow, after: After) => ({
  created: { gte: from, lt: to },
  limit: PAGE_ITEMS,
  ...after,
});

/** One that is of no charge, or cannot be read, is a stranger's. */
function toRefund(line: unknown): ProviderRefund | null {
  const refund = refundSchema.safeParse(line).data;
  return refund?.charge ? readable(() => toProviderRefund(refund, null)) : null;
}

/** Null for an amount that is not one of ours: a part of the smallest unit, a currency that nobody here knows. */
function readable<Told>(tell: () => Told): Told | null {
  try {
    return tell();
  } catch (error) {
    if (error instanceof BadAnswer) return null;
    throw error;
  }
}

function toRecord({ id, created, amount, currency, metadata }: z.infer<typeof recordSchema>): IntentRecord {
  const texts = Object.entries(metadata ?? {}).filter((pair): pair is [string, string] => {
    return typeof pair[1] === 'string';
  });
  const kept = Object.fromEntries(texts);
  return {
    providerIntentId: id,
    ourIntentId: kept['intent_id'] ?? null,
    amount: typeof amount === 'number' && currency ? readable(() => moneyOf(amount, currency)) : null,
    metadata: kept,
    createdAt: created,
  };
}

/** Newest first. A failure is the last value. */
async function* listed<Item extends { readonly id: string }, Told>(
  options: LinedOptions,
  read: (after: After, deadline: Deadline) => Promise<Page<Item>>,
  told: (item: Item) => Told | null,
): AsyncGenerator<Outcome<Told>, void, void> {
  let after: After | null = {};
  for (let pages = 0; pages < PAGES_MAX && after; pages++) {
    const start: After = after;
    const answer = await withDeadline(
      options,
      async (deadline): Promise<Outcome<Page<Item>>> => ({ kind: 'ok', value: await read(start, deadline) }),
      failureOf,
    );
    if (answer.kind !== 'ok') return yield answer;
    for (const item of answer.value.data) {
      const value = told(item);
      if (value !== null) yield { kind: 'ok', value };
    }
    after = nextAfter(answer.value);
  }
  if (after) yield { kind: 'rejected', code: 'window_too_large', message: 'Ask for a shorter window' };
}
