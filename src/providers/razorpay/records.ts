// What Razorpay keeps beside orders, and its list of refunds: read where nothing of ours remembers what there is.
import { z } from 'zod';
import type { IntentRecord } from '../intent-record';
import type { Outcome, ProviderRefund } from '../provider';
import type { SettlementWindow } from '../settlement';
import { BadAnswer, type Deadline, type LinedOptions, withDeadline } from '../transport';
import { failureOf } from './errors';
import type { RazorpayClient } from './http-client';
import { refundSchema, toProviderRefund } from './translate';

/** Razorpay's largest page. */
const PAGE_ITEMS = 100;
/** A hundred thousand objects: a window that holds more is asked for in parts. */
const PAGES_MAX = 1_000;

/** Ids are put into paths, by the SDK as they are. */
const ORDER_ID = /^order_\w{1,250}$/;

/** Lenient beyond its name and time, so that no stranger's object can spoil the list. Empty notes are `[]`. */
const recordSchema = z.object({
  id: z.string(),
  created_at: z.int().nonnegative(),
  amount: z.int().nonnegative().nullish().catch(null),
  currency: z.string().nullish().catch(null),
  notes: z.record(z.string(), z.unknown()).nullish().catch(null),
});
const itemsOf = <T>(item: z.ZodType<T>) =>
  z.object({ entity: z.literal('collection'), items: z.array(item) }).transform(({ items }) => items);
const recordList = itemsOf(recordSchema);
const refundList = itemsOf(z.looseObject({ created_at: z.int().nonnegative() }));

export const listIntentRecords = (client: RazorpayClient, window: SettlementWindow, options: LinedOptions) =>
  listed(
    options,
    window,
    async (query, deadline) => recordList.parse(await client.send(deadline, (sdk) => sdk.orders.all(query))),
    toRecord,
  );

/** @throws what the SDK rejects with, and BadAnswer: the caller makes an outcome of it. */
export async function getIntentRecord(
  client: RazorpayClient,
  id: string,
  deadline: Deadline,
): Promise<Outcome<IntentRecord>> {
  if (!ORDER_ID.test(id)) return { kind: 'not_found', message: 'Not the id of an order' };
  const record = toRecord(recordSchema.parse(await client.send(deadline, (sdk) => sdk.orders.fetch(id))));
  if (record.providerIntentId !== id) throw new BadAnswer('Another order than the one asked for');
  return { kind: 'ok', value: record };
}

export const listRefunds = (client: RazorpayClient, window: SettlementWindow, options: LinedOptions) =>
  listed(
    options,
    window,
    async (query, deadline) => refundList.parse(await client.send(deadline, (sdk) => sdk.refunds.all(query))),
    toRefund,
  );

/** One that cannot be read is a stranger's. */
function toRefund(line: unknown): ProviderRefund | null {
  const refund = refundSchema.safeParse(line).data;
  return refund ? toProviderRefund(refund) : null;
}

function toRecord({ id, created_at, amount, currency, notes }: z.infer<typeof recordSchema>): IntentRecord {
  const texts = Object.entries(notes ?? {}).filter((pair): pair is [string, string] => {
    return typeof pair[1] === 'string';
  });
  const kept = Object.fromEntries(texts);
  return {
    providerIntentId: id,
    ourIntentId: kept['intent_id'] ?? null,
    amount:
      typeof amount === 'number' && currency
        ? { amountMinor: BigInt(amount), currency: currency.toUpperCase() }
        : null,
    metadata: kept,
    createdAt: created_at,
  };
}

interface Query {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly skip: number;
}

/** Newest first; both ends of Razorpay's range are part of it. A failure is the last value. */
async function* listed<Item extends { readonly created_at: number }, Told>(
  options: LinedOptions,
  { from, to }: SettlementWindow,
  read: (query: Query, deadline: Deadline) => Promise<Item[]>,
  told: (item: Item) => Told | null,
): AsyncGenerator<Outcome<Told>, void, void> {
  for (let pages = 0; pages < PAGES_MAX; pages++) {
    const query = { from, to: to - 1, count: PAGE_ITEMS, skip: pages * PAGE_ITEMS };
    const answer = await withDeadline(
      options,
      async (deadline): Promise<Outcome<Item[]>> => ({ kind: 'ok', value: await read(query, deadline) }),
      failureOf,
    );
    if (answer.kind !== 'ok') return yield answer;
    for (const item of answer.value) {
      const value = told(item);
      if (value !== null) yield { kind: 'ok', value };
    }
    if (answer.value.length < PAGE_ITEMS) return;
  }
  yield { kind: 'rejected', code: 'window_too_large', message: 'Ask for a shorter window' };
}
