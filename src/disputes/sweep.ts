// Looks for news of disputes that never came, at every provider: one that opens and is not told of leaves credits to be
// spent that the bank takes back, one that is decided and is not told of keeps them frozen for ever.
import { readInstant } from '../db/instant';
import type { IntentDeps } from '../intents/deps';
import { dueAgain, release, workEach } from '../jobs/quarantine';
import { invariant } from '../kernel/invariant';
import type { ProviderDispute } from '../providers/dispute';
import type { ProviderName } from '../providers/provider';
import { type Differing, differingOf } from './look';
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
// A page of either provider's list.
const AT_ONCE = 100;
// Those that are older than the list; they are few, and those that were looked at longest ago come first.
const OLDER_AT_ONCE = 100;

/** The loop's name, as operators see it. */
const LOOP = 'sweep-disputes';

/**
 * One round over every provider that is enabled. A dispute that cannot be worked is set aside, and so is a provider whose
 * list cannot be read at all: the others go on.
 * @returns how many disputes were read because they differed.
 */
export async function sweepDisputes(deps: Needs): Promise<number> {
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
  let page: ProviderDispute[] = [];
  let read = 0;
  const work = async () => {
    read += await readDiffering(deps, name, page);
    page = [];
  };
  const listed = deps.providers.get(name)?.listDisputes(window, { timeoutMs: deps.providerTimeoutMs });
  for await (const outcome of listed ?? []) {
    if (outcome.kind !== 'ok') {
      await work();
      deps.log.warn('disputes.unlisted', { provider: name, kind: outcome.kind });
      return read;
    }
    page.push(outcome.value);
    seen.push(outcome.value.providerDisputeId);
    if (page.length >= AT_ONCE) await work();
  }
  await work();
  return read + (await readOlder(deps, name, seen));
}

async function readDiffering(
  deps: Needs,
  provider: ProviderName,
  listed: readonly ProviderDispute[],
): Promise<number> {
  const differing = await differingOf(deps, provider, listed);
  return readEach(deps, provider, differing);
}

/** Undecided disputes that the list has no more. */
async function readOlder(deps: Needs, provider: ProviderName, seen: readonly string[]): Promise<number> {
  const { rows } = await deps.pool.query<Differing>(
    `select intent_id as "intentId", provider_dispute_id as "providerDisputeId" from disputes
     where provider = $1 and status in ('inquiry', 'open') and provider_dispute_id <> all($2)
     order by updated_at limit ${OLDER_AT_ONCE}`,
    [provider, seen],
  );
  return readEach(deps, provider, rows);
}

/** One after the other: each is a call to the provider. */
async function readEach(
  deps: Needs,
  provider: ProviderName,
  disputes: readonly Differing[],
): Promise<number> {
  let read = 0;
  for (const dispute of disputes)
    read += await workEach(
      deps,
      LOOP,
      [dispute],
      ({ providerDisputeId }) => providerDisputeId,
      ({ intentId, providerDisputeId }) => readOne(deps, provider, intentId, providerDisputeId),
    );
  return read;
}

/** What cannot be read now is read in the next round. */
async function readOne(
  deps: Needs,
  provider: ProviderName,
  intentId: string,
  providerDisputeId: string,
): Promise<void> {
  const intent = await deps.readIntent(intentId);
  invariant(intent, `Dispute ${providerDisputeId} is of intent ${intentId}, which is not there`);
  const read = await readDispute(deps, intent, providerDisputeId, []);
  if (read.kind === 'settled')
    deps.log.info('dispute.found', { provider, intentId, providerDisputeId, outcome: read.outcome });
  else deps.log.warn('dispute.unread', { provider, intentId, providerDisputeId, kind: read.kind });
}
