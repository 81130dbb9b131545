// Looks for news of disputes that never came, at every provider: one that opens and is not told of leaves credits to be
// spent that the bank takes back, one that is decided and is not told of keeps them frozen for ever.
import type { IntentDeps } from '../intents/deps';
import { AT_ONCE, sweepListed, type ToRead } from '../intents/sweep-listed';
import { invariant } from '../kernel/invariant';
import type { ProviderName } from '../providers/provider';
import { differingOf } from './look';
import { readDispute } from './read';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

/**
 * How far back the provider's list is read. A dispute goes through its phases within half a year, and one that was won may
 * come back until then; one that is undecided for longer is asked for by its id. Sources: docs.stripe.com/disputes/
 * how-disputes-work, razorpay.com/docs/payments/disputes.
 */
const LISTED_DAYS = 180;

/**
 * One round over every provider that is enabled.
 * @returns how many disputes were read because they differed.
 */
export function sweepDisputes(deps: Needs): Promise<number> {
  return sweepListed(deps, {
    loop: 'sweep-disputes',
    days: LISTED_DAYS,
    onUnlisted: (facts) => deps.log.warn('disputes.unlisted', facts),
    list: (provider, ...of) => provider.listDisputes(...of),
    idOf: (dispute) => dispute.providerDisputeId,
    differingOf: (provider, page) => differingOf(deps, provider, page),
    openBeside: (provider, seen) => openBeside(deps, provider, seen),
    readOne: (provider, one) => readOne(deps, provider, one),
  });
}

/** Undecided disputes that the list has no more; they are few, and those that were looked at longest ago come first. */
async function openBeside(
  { pool }: Pick<Needs, 'pool'>,
  provider: ProviderName,
  seen: readonly string[],
): Promise<ToRead[]> {
  const { rows } = await pool.query<ToRead>(
    `select intent_id as "intentId", provider_dispute_id as id from disputes
     where provider = $1 and status in ('inquiry', 'open') and provider_dispute_id <> all($2)
     order by updated_at limit ${AT_ONCE}`,
    [provider, seen],
  );
  return rows;
}

/** What cannot be read now is read in the next round. */
async function readOne(deps: Needs, provider: ProviderName, { intentId, id }: ToRead): Promise<void> {
  const intent = await deps.readIntent(intentId);
  invariant(intent, `Dispute ${id} is of intent ${intentId}, which is not there`);
  const read = await readDispute(deps, intent, id, []);
  const facts = { provider, intentId, providerDisputeId: id };
  if (read.kind === 'settled') deps.log.info('dispute.found', { ...facts, outcome: read.outcome });
  else deps.log.warn('dispute.unread', { ...facts, kind: read.kind });
}
