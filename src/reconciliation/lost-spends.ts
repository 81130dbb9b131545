// Spends that were told to receivers and that the database does not have any more: a report, because what was spent is the product's
// to say. Read from deliveries as a receiver keeps them, a line each.
import fs from 'node:fs';
import readline from 'node:readline';
import type pg from 'pg';
import { z } from 'zod';
import { storableInstantOf } from '../kernel/instants';
import { isStorable } from '../kernel/text';

export interface LostSpend {
  readonly userId: string;
  readonly transactionId: string;
  readonly credits: number;
  readonly occurredAt: string;
  readonly reason: string | null;
  readonly reference: string | null;
}

export interface SpendReport {
  /** Oldest first, each once. */
  readonly lost: readonly LostSpend[];
  readonly lostCredits: number;
  /** Spends of the file that are here. */
  readonly here: number;
  /** Lines that are no delivery, or one of a spend that does not say what was spent. */
  readonly unreadable: number;
}

const SPENT = 'credits.spent';
const spendSchema = z.object({
  type: z.literal(SPENT),
  userId: z.string().min(1).max(255).refine(isStorable),
  occurredAt: z.string().refine((text) => storableInstantOf(text) !== null),
  data: z.object({
    transactionId: z.string().regex(/^ctx_[1-9]\d{0,17}$/),
    credits: z.int().positive(),
    reason: z.string().nullish(),
    reference: z.string().nullish(),
  }),
});

// One statement of a few milliseconds.
const AT_ONCE = 500;

// A number may have been given to another posting since: it has to be the same user's spend of as much, at that time.
const HERE = `
  select a.nth::integer as nth
  from unnest($1::bigint[], $2::text[], $3::bigint[], $4::timestamptz[]) with ordinality a(id, user_id, credits, at, nth)
  join journal j on j.id = a.id and j.user_id = a.user_id and j.posted_at between a.at - interval '1 minute' and a.at + interval '1 minute'
  join entries e on e.journal_id = j.id and e.account = 'wallet' and e.user_id = a.user_id and e.amount = -a.credits`;

/**
 * Holds the spends of a file against the ledger.
 * @param file a delivery's body on each line, or an object with the body under `body`; other deliveries are passed over.
 * @throws what reading the file throws
 */
export async function lostSpends({ pool }: { readonly pool: pg.Pool }, file: string): Promise<SpendReport> {
  const lost: LostSpend[] = [];
  const seen = new Set<string>();
  let [here, unreadable] = [0, 0];
  let waiting: LostSpend[] = [];
  const hold = async () => {
    const found = await hereOf(pool, waiting);
    here += found.size;
    lost.push(...waiting.filter((_, at) => !found.has(at + 1)));
    waiting = [];
  };
  const lines = readline.createInterface({
    input: fs.createReadStream(file, 'utf8'),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    if (line.trim() === '') continue;
    const delivery = deliveryIn(line);
    const spend = spendIn(delivery);
    if (delivery === null || (delivery['type'] === SPENT && spend === null)) unreadable += 1;
    // The same event goes to several endpoints, and several times.
    if (!spend || seen.has(spend.transactionId)) continue;
    seen.add(spend.transactionId);
    waiting.push(spend);
    if (waiting.length >= AT_ONCE) await hold();
  }
  await hold();
  lost.sort((a, b) => (a.occurredAt < b.occurredAt ? -1 : a.occurredAt > b.occurredAt ? 1 : 0));
  const lostCredits = lost.reduce((sum, { credits }) => sum + credits, 0);
  return { lost, lostCredits, here, unreadable };
}

async function hereOf(pool: pg.Pool, spends: readonly LostSpend[]): Promise<Set<number>> {
  if (spends.length === 0) return new Set();
  const { rows } = await pool.query<{ nth: number }>(HERE, [
    spends.map(({ transactionId }) => transactionId.slice('ctx_'.length)),
    spends.map(({ userId }) => userId),
    spends.map(({ credits }) => credits),
    spends.map(({ occurredAt }) => occurredAt),
  ]);
  return new Set(rows.map(({ nth }) => nth));
}

/** Null: it is none. */
function deliveryIn(line: string): Record<string, unknown> | null {
  try {
    const read: unknown = JSON.parse(line);
    const body = (read as { body?: unknown } | null)?.body ?? read;
    const delivery: unknown = typeof body === 'string' ? JSON.parse(body) : body;
    const isOne = typeof delivery === 'object' && delivery !== null && 'type' in delivery;
    return isOne ? (delivery as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** Null: it is of something else, or cannot be read. */
function spendIn(delivery: Record<string, unknown> | null): LostSpend | null {
  const spend = spendSchema.safeParse(delivery).data;
  if (!spend) return null;
  const { userId, occurredAt, data } = spend;
  const { transactionId, credits, reason = null, reference = null } = data;
  return { userId, transactionId, credits, occurredAt, reason, reference };
}
