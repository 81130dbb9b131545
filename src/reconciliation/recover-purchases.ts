// The purchases that a provider made since the backup: each is made again where it is lost, and read where it is here.
import { isAway } from '../db/outage';
import { type RestoreNeeds, readLost, restoreIntent, standingOf } from '../intents/restore';
import { jsonCredits } from '../kernel/credits';
import type { IntentRecord } from '../providers/intent-record';
import type { Failure, Provider, ProviderIntent } from '../providers/provider';
import type { SettlementWindow } from '../providers/settlement';
import { answered } from './answered';
import type { TellRecovery } from './recover';
import { unreadable } from './stage';

export interface RecoverWork {
  readonly deps: RestoreNeeds;
  readonly by: string;
  readonly provider: Provider;
  readonly since: Date;
  readonly window: SettlementWindow;
  readonly dryRun: boolean;
  readonly tell: TellRecovery;
}

export interface Recovered {
  /** Objects of the account that were made since. */
  readonly listed: number;
  /** Of those, of anybody else who shares the account: left alone. */
  readonly foreign: number;
  /** Purchases that were lost and are here again; of a dry run: that would be. */
  readonly restored: number;
  /** Credits of those that were paid. */
  readonly credits: number;
  /** What was paid for them, in minor units by currency. */
  readonly paid: Readonly<Record<string, string>>;
  /** Purchases that were here and were read again. */
  readonly looked: number;
  /** Refunds that were not known, or otherwise. */
  readonly refunds: number;
  /** Objects of which the provider gave no answer: begin again. */
  readonly unanswered: number;
  /** Objects that name a purchase of ours and could not be brought here, with why: a person looks at each. */
  readonly unreadable: readonly { readonly providerIntentId: string; readonly reason: string }[];
}

export const NOTHING_RECOVERED: Recovered = {
  ...{ listed: 0, foreign: 0, restored: 0, credits: 0, paid: {}, looked: 0, refunds: 0, unanswered: 0 },
  unreadable: [],
};

// Two clocks that differ, and what was on its way when the backup was made.
const BEFORE_SECONDS = 300;
// What is read between two words of how far it is: an hour of a busy account is a few thousand purchases.
const SLICE_SECONDS = 3_600;
// Each is a call or two that wait for the provider; its pace decides, not we.
const AT_ONCE = 8;

/** @throws Error when the provider cannot be listed right now */
export async function recoverPurchases(work: RecoverWork): Promise<Recovered> {
  const { deps, provider, since, window, dryRun, tell } = work;
  const doneTo = dryRun ? null : await beginAt(work);
  const from = (doneTo ?? window.from) - BEFORE_SECONDS;
  // What is made from now on tells of itself.
  const end = window.to + BEFORE_SECONDS;
  const sum = { ...NOTHING_RECOVERED, paid: {} as Record<string, bigint>, unreadable: [] as Found[] };
  const would: Would = new Map();
  for (let at = from; at < end; at += SLICE_SECONDS) {
    const slice = { from: at, to: Math.min(at + SLICE_SECONDS, end) };
    let waiting: Promise<void>[] = [];
    for await (const outcome of provider.listIntentRecords(slice, { timeoutMs: deps.providerTimeoutMs })) {
      if (outcome.kind !== 'ok') throw unreadable(provider, outcome);
      waiting.push(one(work, outcome.value, sum, would));
      if (waiting.length >= AT_ONCE) {
        await Promise.all(waiting);
        waiting = [];
        tell(`${provider.name}: purchases`, sum.listed);
      }
    }
    await Promise.all(waiting);
    tell(`${provider.name}: purchases`, sum.listed);
    // What is left over is come to again by the next run, for as long as it is.
    if (!dryRun && sum.unanswered === 0 && sum.unreadable.length === 0)
      await deps.pool.query(
        'update recoveries set done_to = greatest(done_to, to_timestamp($3)) where provider = $1 and since = $2',
        [provider.name, since, Math.min(slice.to, window.to)],
      );
  }
  const paid = Object.fromEntries(Object.entries(sum.paid).map(([unit, minor]) => [unit, minor.toString()]));
  return { ...sum, paid };
}

type Found = Recovered['unreadable'][number];
/** Objects that a dry run would have made purchases of, by the purchase. */
type Would = Map<string, string>;
type Sum = { -readonly [Key in keyof Omit<Recovered, 'paid' | 'unreadable'>]: number } & {
  readonly paid: Record<string, bigint>;
  readonly unreadable: Found[];
};

/** @returns up to when everything has been read by one that was begun before, in seconds since 1970 */
async function beginAt({ deps, provider, since }: RecoverWork): Promise<number> {
  const { rows } = await deps.pool.query<{ at: number }>(
    'select floor(extract(epoch from begin_recovery($1, $2)))::float8 as at',
    [provider.name, since],
  );
  return rows[0]?.at ?? Math.floor(since.getTime() / 1000);
}

async function one(work: RecoverWork, record: IntentRecord, sum: Sum, would: Would): Promise<void> {
  const { deps, provider, dryRun } = work;
  sum.listed += 1;
  const outcome = await alone(work, record.providerIntentId, () =>
    answered(() => (dryRun ? wouldBe(work, record, would) : restored(work, record))),
  );
  switch (outcome.kind) {
    case 'restored': {
      sum.restored += 1;
      const bought = outcome.object.payments.find(({ status }) => status === 'captured');
      if (!bought) return;
      const { amountMinor, currency } = bought.amount;
      sum.paid[currency] = (sum.paid[currency] ?? 0n) + amountMinor;
      sum.credits += jsonCredits(outcome.credits);
      return;
    }
    case 'known':
      sum.looked += 1;
      return;
    case 'foreign':
      sum.foreign += 1;
      return;
    case 'over':
      return;
    case 'unreadable':
      sum.unreadable.push({ providerIntentId: record.providerIntentId, reason: outcome.reason });
      return;
    default:
      sum.unanswered += 1;
      deps.log.warn('provider.unanswered', { provider: provider.name, kind: outcome.kind });
  }
}

/** What cannot be worked stops none of the others. @throws Error when it is the database that is away */
export async function alone<Answer>(
  { deps, provider }: Pick<RecoverWork, 'deps' | 'provider'>,
  /** Of the purchase, or of its refund. */
  providerObjectId: string,
  work: () => Promise<Answer>,
): Promise<Answer | { readonly kind: 'unreadable'; readonly reason: string }> {
  try {
    return await work();
  } catch (error) {
    if (isAway(error)) throw error;
    deps.log.error('intent.not_recovered', {
      ...{ provider: provider.name, providerObjectId, error: String(error) },
    });
    return { kind: 'unreadable', reason: `it could not be worked: ${String(error)}` };
  }
}

type Outcome =
  | { readonly kind: 'restored'; readonly object: ProviderIntent; readonly credits: bigint }
  | { readonly kind: 'known' | 'over' | 'foreign' }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | Failure;

async function restored({ deps, by, provider }: RecoverWork, record: IntentRecord): Promise<Outcome> {
  const outcome = await restoreIntent(deps, by, provider, record);
  return outcome.kind === 'restored' ? { ...outcome, credits: outcome.intent.credits } : outcome;
}

/** The same, looked at alone; what an earlier object of the list would have made counts as made. */
async function wouldBe(
  { deps, provider }: RecoverWork,
  record: IntentRecord,
  would: Would,
): Promise<Outcome> {
  const standing = await standingOf(deps, provider, record);
  if (standing.kind !== 'lost') return standing;
  const { intentId, providerIntentId, credits } = standing.purchase;
  const object = await readLost(deps, provider, standing.purchase);
  if (object.kind !== 'ok') return object;
  const made = would.get(intentId);
  if (made === providerIntentId) return { kind: 'known' };
  if (made) return { kind: 'unreadable', reason: `${intentId} has another object, ${made}` };
  would.set(intentId, providerIntentId);
  return { kind: 'restored', object: object.value, credits };
}
