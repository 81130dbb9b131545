// Money that bought nothing goes back by itself: a wrong amount, a second payment, money after a cancel. The refund is a
// row with a lease before the provider is asked, its id is the key there, and the answer is settled like any other news.

import path from 'node:path';
import type { IntentDeps } from '../intents/deps';
import { leaseSecondsFor, newLeaseToken } from '../intents/lease';
import { readAndSettle } from '../intents/read';
import { workEach } from '../jobs/quarantine';
import { refundFact } from '../payments/facts';
import type { Outcome, ProviderName, ProviderRefund } from '../providers/provider';

type Needs = Pick<
  IntentDeps,
  'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

export const UNAPPLIED_SQL = path.join(__dirname, 'unapplied.sql');

// Each is a call to a provider.
const AT_ONCE = 16;
// From 10 s, doubling, to 6 hours: a merchant's balance may have to fill up first.
const backoffSeconds = (tries: number) => Math.min(5 * 2 ** tries, 21_600);

interface Due {
  readonly id: string;
  readonly intent_id: string;
  readonly provider: ProviderName;
  readonly provider_intent_id: string;
  readonly provider_payment_id: string;
  readonly amount_minor: bigint;
  readonly currency: string;
  readonly tries: number;
}

/** SQL: whether there may be such, with a refund under way or without one, or a refund that is to be asked for again. */
export const UNAPPLIED_IS_DUE = `(
  (select true from intent_payments p
    where p.booked_as = 'unapplied' and p.amount_refunded_minor = 0 and p.amount_written_off_minor = 0
    order by p.seen_at limit 1)
  or (select true from refunds where lease_until <= (select instant()) and status = 'pending'
    and requested_by = 'policy' and provider_refund_id is null order by lease_until limit 1))`;

/** One round. @returns how many refunds were asked for. */
export async function returnUnapplied(deps: Needs): Promise<number> {
  const token = newLeaseToken();
  const { rows } = await deps.pool.query<Due>('select * from take_unapplied($1, $2, $3)', [
    token,
    leaseSecondsFor(deps.providerTimeoutMs),
    AT_ONCE,
  ]);
  return workEach(
    deps,
    'return-unapplied',
    rows,
    ({ id }) => id,
    (due) => sendBack(deps, due, token),
  );
}

async function sendBack(deps: Needs, due: Due, token: string): Promise<void> {
  // The answer to an earlier try may have been lost. Whether a provider honours the key of a repeat is its promise; what
  // it has on its books is a fact.
  if (due.tries > 1 && (await isOnTheirBooks(deps, due))) return;
  const provider = deps.providers.get(due.provider);
  const outcome: Outcome<ProviderRefund> = provider
    ? await provider.createRefund(
        {
          providerIntentId: due.provider_intent_id,
          providerPaymentId: due.provider_payment_id,
          amount: { amountMinor: due.amount_minor, currency: due.currency },
          ourRefundId: due.id,
          reason: 'The payment bought nothing',
        },
        { idempotencyKey: due.id, timeoutMs: deps.providerTimeoutMs, about: { id: due.intent_id } },
      )
    : { kind: 'misconfigured', message: `${due.provider} is not enabled` };
  if (outcome.kind === 'ok') return book(deps, due, outcome.value);
  deps.log.warn('refund.unanswered', {
    refundId: due.id,
    intentId: due.intent_id,
    kind: outcome.kind,
    tries: due.tries,
  });
  await deps.pool.query('select put_off_refund($1, $2, $3, $4)', [
    due.id,
    token,
    backoffSeconds(due.tries),
    outcome.kind,
  ]);
  // Somebody may have sent it back by hand: then the provider's object tells, and our row is that refund.
  if (outcome.kind === 'conflict' || outcome.kind === 'rejected') await isOnTheirBooks(deps, due);
}

/** Reads and settles what the provider has; true when the refund was among it. */
async function isOnTheirBooks(deps: Needs, due: Due): Promise<boolean> {
  const intent = await deps.readIntent(due.intent_id);
  if (!intent) return false;
  await readAndSettle(deps, intent, { actor: 'provider', note: null });
  const { rows } = await deps.pool.query(
    'select 1 from refunds where id = $1 and provider_refund_id is not null',
    [due.id],
  );
  return rows.length > 0;
}

async function book(deps: Needs, due: Due, refund: ProviderRefund): Promise<void> {
  const { intent } = await deps.settle({
    intentId: due.intent_id,
    readNumber: null,
    object: null,
    facts: [refundFact({ ...refund, providerPaymentId: due.provider_payment_id })],
    actor: 'system',
    note: null,
  });
  deps.log.info('money.returned', {
    refundId: due.id,
    intentId: intent.id,
    userId: intent.userId,
    amountMinor: due.amount_minor.toString(),
    currency: due.currency,
  });
}
