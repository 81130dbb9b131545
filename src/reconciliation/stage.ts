// Reads the provider's books into tables of ours, a slice of time after the other, then which payouts it lists and what each
// was made of.
import { Problem } from '../kernel/problems';
import type { Failure, Provider } from '../providers/provider';
import type {
  BookLine,
  ListedPayout,
  SettlementEntry,
  SettlementWindow,
  UnreadableLine,
} from '../providers/settlement';
import { setLinesAside } from './aside';
import type { ReconciliationDeps } from './deps';
import type { Slice } from './windows';

type Needs = Pick<ReconciliationDeps, 'log' | 'pool' | 'providerTimeoutMs'>;

// One statement of a few milliseconds; ten pages of Stripe's.
const ENTRIES_AT_ONCE = 1_000;
// A slice that is too large even so holds a hundred thousand movements in a minute.
const SLICE_SECONDS_MIN = 60;

interface Staging {
  readonly runId: string;
  readonly provider: Provider;
  /** Hears how many entries have been read; may end the work by throwing. */
  readonly onRead: (entries: number) => Promise<void>;
}

/**
 * Reads one slice, or the first part of it when the whole is too much for one reading.
 * @returns up to which second was read.
 * @throws Problem when the provider does not let us; Error when it cannot be asked right now.
 */
export async function stageSlice(deps: Needs, staging: Staging, slice: Slice): Promise<number> {
  const { runId, provider, onRead } = staging;
  for (let { to } = slice; ; to = slice.from + Math.ceil((to - slice.from) / 2)) {
    const entries = provider.listSettlementEntries(
      { from: slice.from, to },
      { timeoutMs: deps.providerTimeoutMs },
    );
    const failure = await stageAll(deps, { runId, provider, onRead }, entries, { ...slice, to });
    if (failure === null) return to;
    const isTooLarge = failure.kind === 'rejected' && failure.code === 'window_too_large';
    if (!isTooLarge || to - slice.from <= SLICE_SECONDS_MIN) throw unreadable(provider, failure);
  }
}

/**
 * Reads which payouts the provider says it made in the window, where it lists them apart from its books.
 * @throws as stageSlice
 */
export async function stageListedPayouts(
  deps: Needs,
  { runId, provider }: Pick<Staging, 'runId' | 'provider'>,
  window: SettlementWindow,
): Promise<void> {
  let rows: ListedPayout[] = [];
  const broken: UnreadableLine[] = [];
  const write = async () => {
    if (rows.length > 0) await deps.pool.query(LIST_PAYOUTS, [runId, provider.name, ...columnsOf(rows)]);
    rows = [];
  };
  for await (const outcome of provider.listPayouts?.(window, { timeoutMs: deps.providerTimeoutMs }) ?? []) {
    if (outcome.kind === 'unreadable') broken.push(outcome);
    else if (outcome.kind !== 'ok') throw unreadable(provider, outcome);
    else rows.push(outcome.value);
    if (rows.length >= ENTRIES_AT_ONCE) await write();
  }
  await write();
  await setLinesAside(deps, { runId, provider: provider.name }, broken, null);
}

// A list that moves while it is read may name one twice.
const LIST_PAYOUTS = `
  insert into listed_payouts (payout_id, provider, amount_minor, currency, created_at, run_id)
  select distinct on (p.id) p.id, $2, p.amount, p.currency, to_timestamp(p.at), $1
  from unnest($3::text[], $4::bigint[], $5::text[], $6::bigint[]) p(id, amount, currency, at)
  on conflict (payout_id, provider) do update set amount_minor = excluded.amount_minor, currency = excluded.currency,
    created_at = excluded.created_at, run_id = excluded.run_id`;

const columnsOf = (rows: readonly ListedPayout[]) => [
  rows.map((row) => row.providerPayoutId),
  rows.map((row) => row.amount.amountMinor),
  rows.map((row) => row.amount.currency),
  rows.map((row) => row.createdAt),
];

/** Reads one payout and what it was made of, as far as the provider can say it. */
export async function stagePayout(deps: Needs, staging: Staging, payoutId: string): Promise<void> {
  const { provider } = staging;
  const entries = provider.listPayoutEntries(payoutId, { timeoutMs: deps.providerTimeoutMs });
  const failure = await stageAll(deps, staging, entries, null);
  // There is no such payout, or nobody can say what it was made of: then what we have decides.
  if (failure && failure.kind !== 'not_found' && failure.kind !== 'rejected')
    throw unreadable(provider, failure);
}

async function stageAll(
  deps: Needs,
  { runId, provider, onRead }: Staging,
  entries: AsyncIterable<BookLine>,
  slice: Slice | null,
): Promise<Failure | null> {
  let rows: object[] = [];
  let broken: UnreadableLine[] = [];
  const write = async () => {
    const read = rows.length + broken.length;
    if (read === 0) return;
    const { inWindow = false, from = null, to = null } = slice ?? {};
    await deps.pool.query({
      name: 'stage_entries',
      text: 'select stage_entries($1, $2, $3, $4, $5, $6)',
      values: [runId, provider.name, inWindow, JSON.stringify(rows), from, to],
    });
    await setLinesAside(deps, { runId, provider: provider.name }, broken, slice);
    await onRead(read);
    [rows, broken] = [[], []];
  };
  for await (const outcome of entries) {
    if (outcome.kind === 'unreadable') broken.push(outcome);
    else if (outcome.kind === 'ok') rows.push(rowOf(outcome.value));
    else {
      await write();
      return outcome;
    }
    if (rows.length + broken.length >= ENTRIES_AT_ONCE) await write();
  }
  await write();
  return null;
}

const rowOf = (entry: SettlementEntry) => ({
  id: entry.providerEntryId,
  kind: entry.kind,
  object: entry.providerObjectId,
  intent: entry.providerIntentId,
  payout: entry.providerPayoutId,
  amount: entry.amount.amountMinor.toString(),
  fee: entry.feeMinor.toString(),
  net: entry.netMinor.toString(),
  currency: entry.amount.currency,
  at: entry.createdAt,
});

/** What to throw when the provider did not show its books. */
export function unreadable({ name }: Provider, failure: Failure): Error {
  const isOurs = failure.kind === 'misconfigured' || failure.kind === 'rejected';
  if (isOurs)
    return new Problem('PROVIDER_UNAVAILABLE', `${name} refused to show its books: ${failure.message}`);
  // Worth another try of the job.
  return new Error(`The books of ${name} could not be read: ${failure.kind}`);
}
