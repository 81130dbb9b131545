import path from 'node:path';
import { plainFact } from '../payments/facts';
import type { ProviderName } from '../providers/provider';
import type { IntentDeps } from './deps';

export const GRANT_SQL = path.join(__dirname, 'grant-bought.sql');

interface UnappliedRow {
  readonly intent_id: string;
  readonly amount_minor: bigint;
  readonly currency: string;
}

/**
 * Gives the credits of an intent for money that had bought nothing: a wrong amount, or money after a cancel, that somebody
 * accepts all the same. The whole package for the whole payment, once; what was paid is what its lot is worth.
 * @param by the operator's id.
 * @returns false when nothing was granted: the payment is not there whole any more, or another one has bought the credits.
 */
export async function applyPayment(
  deps: Pick<IntentDeps, 'pool' | 'settle'>,
  by: string,
  provider: ProviderName,
  providerPaymentId: string,
): Promise<boolean> {
  const { rows } = await deps.pool.query<UnappliedRow>(
    `select intent_id, amount_minor, currency from intent_payments
     where provider_payment_id = $1 and provider = $2 and booked_as = 'unapplied'`,
    [providerPaymentId, provider],
  );
  const [payment] = rows;
  if (!payment) return false;
  const { outcomes } = await deps.settle({
    intentId: payment.intent_id,
    readNumber: null,
    object: null,
    facts: [
      {
        ...plainFact('applied'),
        paymentId: providerPaymentId,
        amountMinor: payment.amount_minor,
        currency: payment.currency,
      },
    ],
    actor: by,
    note: null,
  });
  return outcomes.includes('granted');
}
