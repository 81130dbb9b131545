// Money that bought nothing goes back because a person says so: what is left of one payment, as often as it takes. An attempt
// that the provider has refused is over; the next one is a refund of its own, with its own key there.
import type { Caller } from '../callers/caller';
import { type Row, rowMapper } from '../db/columns';
import type { IntentDeps } from '../intents/deps';
import { leaseSecondsFor, newLeaseToken } from '../intents/lease';
import { newId } from '../kernel/ids';
import { invariant } from '../kernel/invariant';
import type { ProviderName } from '../providers/provider';
import { Refund } from './refund.entity';
import { sendRefund } from './send';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

// One that was left over, one of ours, and one more for what went back by hand meanwhile.
const ATTEMPTS_MAX = 3;

/**
 * nothing_left: all of it is back. under_way: somebody is asking right now, or the answer is not known yet. needs_approval: a
 * second person decides. changed: the approval was about another amount.
 */
export type SentBack =
  | { readonly kind: 'not_unapplied' | 'nothing_left' | 'under_way' | 'needs_approval' | 'changed' }
  | { readonly kind: 'sent' | 'refused'; readonly refund: Refund };

type Answer = Row & {
  readonly outcome:
    | 'not_unapplied'
    | 'nothing_left'
    | 'under_way'
    | 'needs_approval'
    | 'changed'
    | 'again'
    | 'requested';
};

/**
 * Sends back what is left of a payment that bought nothing.
 * @param approval what to ask a second person for when it is more than one may move, or which one agreed; see unapplied.sql
 */
export async function sendBackUnapplied(
  deps: Needs,
  caller: Caller,
  provider: ProviderName,
  providerPaymentId: string,
  approval: object,
): Promise<SentBack> {
  let refused: Refund | null = null;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    const token = newLeaseToken();
    const { rows } = await deps.pool.query<Answer>(
      'select r.outcome, (r.refund).* from request_unapplied($1, $2, $3, $4, $5, $6, $7) r',
      [
        newId('refund'),
        provider,
        providerPaymentId,
        caller.id,
        token,
        leaseSecondsFor(deps.providerTimeoutMs),
        JSON.stringify(approval),
      ],
    );
    const [answer] = rows;
    invariant(answer, `No answer about what is left of ${providerPaymentId}`);
    if (answer.outcome !== 'again' && answer.outcome !== 'requested') return { kind: answer.outcome };
    const refund = await sendRefund(deps, rowMapper(Refund)(answer), token);
    if (refund.status === 'pending' && refund.providerRefundId === null) return { kind: 'under_way' };
    if (refund.status !== 'failed') return { kind: 'sent', refund };
    refused = refund;
    // What the provider says to a new attempt of all that is left is its word.
    if (answer.outcome === 'requested' && !(await isLessLeft(deps, refund))) break;
  }
  invariant(refused, `Nothing was sent back of ${providerPaymentId}`);
  return { kind: 'refused', refund: refused };
}

/** Whether some of the payment went back by other hands meanwhile. */
async function isLessLeft({ pool }: Needs, refund: Refund): Promise<boolean> {
  const { rows } = await pool.query<{ left: bigint }>(
    'select unapplied_left(p) as left from intent_payments p where provider_payment_id = $1 and provider = $2',
    [refund.providerPaymentId, refund.provider],
  );
  return (rows[0]?.left ?? 0n) < refund.amountMinor;
}
