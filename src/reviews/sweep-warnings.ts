// Looks for warnings whose events never came, at every provider: one that is not heard of leaves credits to be spent that a bank
// will take back, and a review that ended there stays open here.
import type { IntentDeps } from '../intents/deps';
import { AT_ONCE, sweepListed, type ToRead } from '../intents/sweep-listed';
import { invariant } from '../kernel/invariant';
import type { ProviderName } from '../providers/provider';
import type { ProviderWarning } from '../providers/warning';
import { readWarning } from './read-warning';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'risk' | 'settle'
>;

/** How far back the provider's lists are read: a bank may dispute for as long, and what is older can be prevented by nobody. */
const LISTED_DAYS = 120;

/**
 * One round over every provider that is enabled.
 * @returns how many warnings were read because they differed.
 */
export async function sweepWarnings(deps: Needs): Promise<number> {
  if (deps.risk.mode === 'off') return 0;
  return sweepListed(deps, {
    loop: 'sweep-warnings',
    days: LISTED_DAYS,
    onUnlisted: (facts) => deps.log.warn('warnings.unlisted', facts),
    list: (provider, ...of) => provider.listWarnings(...of),
    idOf: (warning) => warning.providerWarningId,
    differingOf: (provider, page) => differingOf(deps, provider, page),
    openBeside: (provider, seen) => openBeside(deps, provider, seen),
    readOne: (provider, one) => readOne(deps, provider, one),
  });
}

// The warnings that the gateway knows otherwise, or not at all; those of payments that are not ours are left out.
const DIFFERING = `
  select coalesce(w.intent_id, p.intent_id, i.id) as "intentId", a.warning_id as id
  from unnest($2::text[], $3::text[], $4::text[], $5::boolean[])
    with ordinality a(warning_id, payment_id, provider_intent_id, is_actionable, nth)
  left join risk_warnings w on w.provider_id = a.warning_id and w.provider = $1
  left join intent_payments p on p.provider_payment_id = a.payment_id and p.provider = $1
  left join intents i on i.provider_intent_id = a.provider_intent_id and i.provider = $1
  where coalesce(w.intent_id, p.intent_id, i.id) is not null and w.is_actionable is distinct from a.is_actionable
  order by a.nth`;

async function differingOf(
  { pool }: Pick<IntentDeps, 'pool'>,
  provider: ProviderName,
  listed: readonly ProviderWarning[],
): Promise<ToRead[]> {
  if (listed.length === 0) return [];
  const { rows } = await pool.query<ToRead>(DIFFERING, [
    provider,
    listed.map((warning) => warning.providerWarningId),
    listed.map((warning) => warning.providerPaymentId),
    listed.map((warning) => warning.providerIntentId),
    listed.map((warning) => warning.isActionable),
  ]);
  return rows;
}

/** Reviews that are open here and that the list of open ones has no more. */
async function openBeside(
  { pool }: Pick<IntentDeps, 'pool'>,
  provider: ProviderName,
  seen: readonly string[],
): Promise<ToRead[]> {
  const { rows } = await pool.query<ToRead>(
    `select intent_id as "intentId", provider_id as id from risk_warnings
     where provider = $1 and kind = 'provider_review' and is_actionable and provider_id <> all($2)
     order by at limit ${AT_ONCE}`,
    [provider, seen],
  );
  return rows;
}

/** What cannot be read now is read in the next round. */
async function readOne(deps: Needs, provider: ProviderName, { intentId, id }: ToRead): Promise<void> {
  const intent = await deps.readIntent(intentId);
  invariant(intent, `Warning ${id} is of intent ${intentId}, which is not there`);
  const read = await readWarning(deps, intent, id);
  const facts = { provider, intentId, providerWarningId: id };
  if (read.kind === 'settled') deps.log.info('warning.found', { ...facts, outcome: read.outcome });
  else deps.log.warn('warning.unread', { ...facts, kind: read.kind });
}
