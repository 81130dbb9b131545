// Razorpay's books: its reconciliation report, which is filed by the day on which an entry was settled.
import { z } from 'zod';
import { bookLine, idIn } from '../book-line';
import type { Outcome } from '../provider';
import type { BookLine, SettlementEntry, SettlementKind, SettlementWindow } from '../settlement';
import { BadAnswer, type Deadline, type LinedOptions, withDeadline } from '../transport';
import { failureOf } from './errors';
import type { RazorpayClient } from './http-client';

/** The report's largest page. Source: razorpay.com/docs/api/settlements/fetch-recon. */
const PAGE_ITEMS = 1_000;

/** A hundred thousand entries a day, and a quarter of a year: a window that holds more is asked for in parts. */
const PAGES_PER_DAY_MAX = 100;
const DAYS_MAX = 100;

const DAY_SECONDS = 86_400;
/** India has one time, without a summer: 5 hours and 30 minutes ahead. */
const IST_OFFSET_SECONDS = 19_800;

const text = z.string().nullish();
const lineSchema = z.object({
  entity_id: z.string(),
  type: z.string(),
  debit: z.int().nonnegative(),
  credit: z.int().nonnegative(),
  amount: z.int().nonnegative(),
  currency: z.string(),
  created_at: z.int().nonnegative(),
  settlement_id: text,
  order_id: text,
  dispute_id: text,
});
const page = z.object({ entity: z.literal('collection'), items: z.array(z.unknown()) });
type Line = z.infer<typeof lineSchema>;

/** Whole days, oldest first. A failure is the last value. */
export async function* listSettlementEntries(
  client: RazorpayClient,
  window: SettlementWindow,
  options: LinedOptions,
): AsyncGenerator<BookLine, void, void> {
  const firstDay = dayOf(window.from);
  const lastDay = dayOf(window.to - 1);
  if (lastDay - firstDay >= DAYS_MAX) return yield TOO_LARGE;
  for (let day = firstDay; day <= lastDay; day++) {
    let isOver = false;
    for (let pages = 0; !isOver; pages++) {
      if (pages === PAGES_PER_DAY_MAX) return yield TOO_LARGE;
      const skip = pages * PAGE_ITEMS;
      const answer = await withDeadline(
        options,
        (deadline) => readPage(client, day, skip, deadline),
        failureOf,
      );
      if (answer.kind !== 'ok') return yield answer;
      for (const line of answer.value) yield lineOf(line);
      isOver = answer.value.length < PAGE_ITEMS;
    }
  }
}

const settlementSchema = z.object({
  id: z.string(),
  entity: z.literal('settlement'),
  amount: z.int().nonnegative(),
  created_at: z.int().nonnegative(),
});

/** The payout itself: the report already says what it was made of. Razorpay settles in rupees only. */
export async function* listPayoutEntries(
  client: RazorpayClient,
  providerPayoutId: string,
  options: LinedOptions,
): AsyncGenerator<BookLine, void, void> {
  const answer = await withDeadline(
    options,
    async (deadline): Promise<Outcome<unknown>> => {
      const settlement = await client.send(deadline, (sdk) => sdk.settlements.fetch(providerPayoutId));
      if (idIn(settlement, 'id') !== providerPayoutId)
        throw new BadAnswer('Another settlement than the one asked for');
      return { kind: 'ok', value: settlement };
    },
    failureOf,
  );
  if (answer.kind !== 'ok') return yield answer;
  const named = {
    providerEntryId: providerPayoutId,
    providerObjectId: providerPayoutId,
    providerPayoutId,
  };
  yield bookLine(named, () => payoutOf(settlementSchema.parse(answer.value)));
}

function payoutOf({ id, amount, created_at }: z.infer<typeof settlementSchema>): SettlementEntry {
  const amountMinor = -BigInt(amount);
  return {
    providerEntryId: id,
    kind: 'payout',
    providerObjectId: id,
    providerIntentId: null,
    amount: { amountMinor, currency: 'INR' },
    feeMinor: 0n,
    netMinor: amountMinor,
    providerPayoutId: id,
    createdAt: created_at,
  };
}

const TOO_LARGE = {
  kind: 'rejected',
  code: 'window_too_large',
  message: 'Ask for a shorter window',
} as const;

/** Days since 1970 in India. */
const dayOf = (seconds: number) => Math.floor((seconds + IST_OFFSET_SECONDS) / DAY_SECONDS);

async function readPage(
  client: RazorpayClient,
  day: number,
  skip: number,
  deadline: Deadline,
): Promise<Outcome<readonly unknown[]>> {
  const date = new Date(day * DAY_SECONDS * 1000);
  const query = {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    count: PAGE_ITEMS,
    skip,
  };
  const answer = await client.send(deadline, (sdk) => sdk.settlements.reports(query));
  return { kind: 'ok', value: page.parse(answer).items };
}

function lineOf(line: unknown): BookLine {
  const providerEntryId = idIn(line, 'entity_id');
  const named = {
    providerEntryId,
    providerObjectId: idIn(line, 'dispute_id') ?? providerEntryId,
    providerPayoutId: idIn(line, 'settlement_id'),
  };
  return bookLine(named, () => toEntry(lineSchema.parse(line)));
}

function toEntry(line: Line): SettlementEntry {
  const netMinor = BigInt(line.credit) - BigInt(line.debit);
  const amountMinor = netMinor < 0n ? -BigInt(line.amount) : BigInt(line.amount);
  return {
    providerEntryId: line.entity_id,
    kind: kindOf(line, netMinor),
    providerObjectId: line.dispute_id ?? line.entity_id,
    providerIntentId: line.order_id ?? null,
    amount: { amountMinor, currency: line.currency.toUpperCase() },
    // What it really took: the field `fee` also counts what somebody else pays or what is billed later.
    feeMinor: amountMinor - netMinor,
    netMinor,
    providerPayoutId: line.settlement_id ?? null,
    createdAt: line.created_at,
  };
}

function kindOf(line: Line, netMinor: bigint): SettlementKind {
  if (line.type === 'payment' || line.type === 'refund') return line.type;
  if (!line.dispute_id) return 'other'; // transfer, adjustment, and whatever is new.
  return netMinor < 0n ? 'dispute' : 'dispute_reversal';
}
