// Refunds that were made, or that failed, since the backup, of purchases of any age.
import { readAndSettle } from '../intents/read';
import { invariant } from '../kernel/invariant';
import type { ProviderRefund } from '../providers/provider';
import { readRefund } from '../refunds/read';
import { answered } from './answered';
import { alone, type Recovered, type RecoverWork } from './recover-purchases';
import { unreadable } from './stage';

// A refund may fail weeks after it was made: banks send it back within thirty days.
const LISTED_BEFORE_SECONDS = 30 * 86_400;
// A page of either provider's list; one statement of a few milliseconds.
const AT_ONCE = 100;

// Of payments of ours that we know otherwise, or not at all; one that failed and that we never knew moved nothing.
const DIFFERING = `
  select a.refund_id as "refundId", p.intent_id as "intentId"
  from unnest($2::text[], $3::text[], $4::text[]) a(refund_id, payment_id, status)
  join intent_payments p on p.provider_payment_id = a.payment_id and p.provider = $1
  left join refunds r on r.provider_refund_id = a.refund_id and r.provider = $1
  where r.status is distinct from a.status and not (r.id is null and a.status = 'failed')`;

type RefundsRecovered = Pick<Recovered, 'refunds' | 'unanswered' | 'unreadable'>;

/** @throws Error when the provider cannot be listed right now */
export async function recoverRefunds(work: RecoverWork): Promise<RefundsRecovered> {
  const { deps, provider, window, tell } = work;
  let page: ProviderRefund[] = [];
  const sum = { refunds: 0, unanswered: 0, unreadable: [] as Recovered['unreadable'][number][] };
  const take = async () => {
    for (const differing of await differingOf(work, page)) await one(work, differing, sum);
    page = [];
    tell(`${provider.name}: refunds`, sum.refunds);
  };
  const listed = { from: window.from - LISTED_BEFORE_SECONDS, to: window.to + 1 };
  for await (const outcome of provider.listRefunds(listed, { timeoutMs: deps.providerTimeoutMs })) {
    if (outcome.kind !== 'ok') throw unreadable(provider, outcome);
    page.push(outcome.value);
    if (page.length >= AT_ONCE) await take();
  }
  await take();
  return sum;
}

interface Differing {
  readonly refundId: string;
  readonly intentId: string;
}

async function differingOf({ deps, provider }: RecoverWork, page: readonly ProviderRefund[]) {
  if (page.length === 0) return [];
  const { rows } = await deps.pool.query<Differing>(DIFFERING, [
    provider.name,
    page.map((refund) => refund.providerRefundId),
    page.map((refund) => refund.providerPaymentId),
    page.map((refund) => refund.status),
  ]);
  return rows;
}

async function one(
  work: RecoverWork,
  { refundId, intentId }: Differing,
  sum: { refunds: number; unanswered: number; unreadable: Recovered['unreadable'][number][] },
): Promise<void> {
  const { deps, provider, dryRun } = work;
  if (dryRun) {
    sum.refunds += 1;
    return;
  }
  const told = await alone(work, refundId, async () => {
    const intent = await deps.readIntent(intentId);
    invariant(intent, `${refundId} is of intent ${intentId}, which is not there`);
    const object = await answered(() => readAndSettle(deps, intent, { actor: 'provider', note: null }));
    // One that has failed may be on no other reading.
    const refund = await answered(() => readRefund(deps, intent, refundId, { note: null }));
    return object.kind === 'settled' ? refund : object;
  });
  if (told.kind === 'unreadable') sum.unreadable.push({ providerIntentId: refundId, reason: told.reason });
  else if (told.kind === 'settled') sum.refunds += 1;
  else {
    sum.unanswered += 1;
    deps.log.warn('provider.unanswered', { provider: provider.name, kind: told.kind });
  }
}
