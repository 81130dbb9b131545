// Looks for warnings whose events never came, at every provider: one that is not heard of leaves credits to be spent that a bank
// will take back, and a review that ended there stays open here.
import { readInstant } from '../db/instant';
import type { IntentDeps } from '../intents/deps';
import { dueAgain, release, workEach } from '../jobs/quarantine';
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
// A page of either provider's list.
const AT_ONCE = 100;

/** The loop's name, as operators see it. */
const LOOP = 'sweep-warnings';

interface Differing {
  readonly intentId: string;
  readonly providerWarningId: string;
}

/**
 * One round over every provider that is enabled. A warning that cannot be worked is set aside, and so is a provider whose lists
 * cannot be read at all: the others go on.
 * @returns how many warnings were read because they differed.
 */
export async function sweepWarnings(deps: Needs): Promise<number> {
  if (deps.risk.mode === 'off') return 0;
  let read = 0;
  await workEach(deps, LOOP, [...deps.providers.keys()], String, async (provider) => {
    // Providers are worked beside each other: the sum is read after the wait.
    const more = await sweepProvider(deps, provider);
    read += more;
  });
  // What failed just now has a later time: these are as the provider says, and nothing was left to do about them.
  for (const id of await dueAgain(deps, LOOP, AT_ONCE)) await release(deps, LOOP, id);
  return read;
}

async function sweepProvider(deps: Needs, name: ProviderName): Promise<number> {
  const nowSeconds = Math.floor((await readInstant(deps.pool)).getTime() / 1000);
  // Two clocks that differ: what is new there may be of tomorrow here.
  const window = { from: nowSeconds - LISTED_DAYS * 86_400, to: nowSeconds + 86_400 };
  const seen: string[] = [];
  let page: ProviderWarning[] = [];
  let read = 0;
  const work = async () => {
    read += await readEach(deps, name, await differingOf(deps, name, page));
    page = [];
  };
  const listed = deps.providers.get(name)?.listWarnings(window, { timeoutMs: deps.providerTimeoutMs });
  for await (const outcome of listed ?? []) {
    if (outcome.kind !== 'ok') {
      await work();
      deps.log.warn('warnings.unlisted', { provider: name, kind: outcome.kind });
      return read;
    }
    page.push(outcome.value);
    seen.push(outcome.value.providerWarningId);
    if (page.length >= AT_ONCE) await work();
  }
  await work();
  return read + (await readEach(deps, name, await unlistedOf(deps, name, seen)));
}

// The warnings that the gateway knows otherwise, or not at all; those of payments that are not ours are left out.
const DIFFERING = `
  select coalesce(w.intent_id, p.intent_id, i.id) as "intentId", a.warning_id as "providerWarningId"
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
): Promise<Differing[]> {
  if (listed.length === 0) return [];
  const { rows } = await pool.query<Differing>(DIFFERING, [
    provider,
    listed.map((warning) => warning.providerWarningId),
    listed.map((warning) => warning.providerPaymentId),
    listed.map((warning) => warning.providerIntentId),
    listed.map((warning) => warning.isActionable),
  ]);
  return rows;
}

/** Reviews that are open here and that the list of open ones has no more. */
async function unlistedOf(
  { pool }: Pick<IntentDeps, 'pool'>,
  provider: ProviderName,
  seen: readonly string[],
): Promise<Differing[]> {
  const { rows } = await pool.query<Differing>(
    `select intent_id as "intentId", provider_id as "providerWarningId" from risk_warnings
     where provider = $1 and kind = 'provider_review' and is_actionable and provider_id <> all($2)
     order by at limit ${AT_ONCE}`,
    [provider, seen],
  );
  return rows;
}

/** One after the other: each is a call to the provider. */
async function readEach(
  deps: Needs,
  provider: ProviderName,
  warnings: readonly Differing[],
): Promise<number> {
  let read = 0;
  for (const warning of warnings)
    read += await workEach(
      deps,
      LOOP,
      [warning],
      ({ providerWarningId }) => providerWarningId,
      (one) => readOne(deps, provider, one),
    );
  return read;
}

/** What cannot be read now is read in the next round. */
async function readOne(
  deps: Needs,
  provider: ProviderName,
  { intentId, providerWarningId }: Differing,
): Promise<void> {
  const intent = await deps.readIntent(intentId);
  invariant(intent, `Warning ${providerWarningId} is of intent ${intentId}, which is not there`);
  const read = await readWarning(deps, intent, providerWarningId);
  if (read.kind === 'settled')
    deps.log.info('warning.found', { provider, intentId, providerWarningId, outcome: read.outcome });
  else deps.log.warn('warning.unread', { provider, intentId, providerWarningId, kind: read.kind });
}
