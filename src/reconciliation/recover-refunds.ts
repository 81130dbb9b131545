// Refunds that were made, or that failed, since the backup, of purchases of any age.
import { readAndSettle } from '../intents/read';
import type { ProviderRefund } from '../providers/provider';
import { readRefund } from '../refunds/read';
import { answered } from './answered';
import type { RecoverWork } from './recover-purchases';
import { unreadable } from './stage';

// A refund may fail weeks after it was made: banks send it back within thirty days.
const LISTED_BEFORE_SECONDS = 30 * 86_400;
// A page of either provider's list; one statement of a few milliseconds.
const AT_ONCE = 100;

// Of payments of ours that we know otherwise, or not at all; one that failed and that we never knew moved nothing.
const DIFFERING = `
  select a.refund_id, p.intent_id
  from unnest($2::text[], $3::text[], $4::text[]) a(refund_id, payment_id, status)
  join intent_payments p on p.provider_payment_id = a.payment_id and p.provider = $1
  left join refunds r on r.provider_refund_id = a.refund_id and r.provider = $1
  where r.status is distinct from a.status and not (r.id is null and a.status = 'failed')`;

/** @returns how many were read @throws Error when the provider cannot be listed right now */
export async function recoverRefunds(work: RecoverWork): Promise<number> {
  const { deps, provider, window, tell } = work;
  let page: ProviderRefund[] = [];
  let read = 0;
  const take = async () => {
    read += await readDiffering(work, page);
    page = [];
    tell(`${provider.name}: refunds`, read);
  };
  const listed = { from: window.from - LISTED_BEFORE_SECONDS, to: window.to + 1 };
  for await (const outcome of provider.listRefunds(listed, { timeoutMs: deps.providerTimeoutMs })) {
    if (outcome.kind !== 'ok') throw unreadable(provider, outcome);
    page.push(outcome.value);
    if (page.length >= AT_ONCE) await take();
  }
  await take();
  return read;
}

async function readDiffering(work: RecoverWork, page: readonly ProviderRefund[]): Promise<number> {
  const { deps, provider, dryRun } = work;
  if (page.length === 0) return 0;
  const { rows } = await deps.pool.query<{ refund_id: string; intent_id: string }>(DIFFERING, [
    provider.name,
    page.map((refund) => refund.providerRefundId),
    page.map((refund) => refund.providerPaymentId),
    page.map((refund) => refund.status),
  ]);
  if (dryRun) return rows.length;
  for (const row of rows) {
    const intent = await deps.readIntent(row.intent_id);
    if (!intent) continue;
    await answered(() => readAndSettle(deps, intent, { actor: 'provider', note: null }));
    // One that has failed may be on no other reading.
    await answered(() => readRefund(deps, intent, row.refund_id, { note: null }));
  }
  return rows.length;
}
