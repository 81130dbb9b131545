// Carries on refunds whose owner let its lease run out: a crash, or a provider that did not answer.
import { type Row, rowMapper } from '../db/columns';
import type { IntentDeps } from '../intents/deps';
import { leaseSecondsFor, newLeaseToken } from '../intents/lease';
import { workEach } from '../jobs/quarantine';
import { Refund } from './refund.entity';
import { sendRefund } from './send';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

// Each is a call to a provider.
const AT_ONCE = 16;

/** SQL: whether there may be such. */
export const REFUNDS_ARE_DUE = `(select true from refunds where lease_until <= (select instant()) and status = 'pending'
  and (requested_by <> 'policy' or provider_refund_id is not null) order by lease_until limit 1)`;

/** One round. @returns how many refunds were carried on. */
export async function recoverRefunds(deps: Needs): Promise<number> {
  const token = newLeaseToken();
  const { rows } = await deps.pool.query<Row>('select * from take_refunds($1, $2, $3)', [
    token,
    leaseSecondsFor(deps.providerTimeoutMs),
    AT_ONCE,
  ]);
  const toRefund = rowMapper(Refund);
  return workEach(
    deps,
    'recover-refunds',
    rows,
    (row) => String(row.id),
    async (row) => sendRefund(deps, toRefund(row), token),
  );
}
