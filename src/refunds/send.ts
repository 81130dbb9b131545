// Carries a refund that we asked for to its end at the provider: under a lease, with the request that was frozen when it
// was asked for and its own id as the key there, so that a crash at any point leaves the same call to be made again.

import { readInstant } from '../db/instant';
import { walletSubject } from '../events/event.entity';
import type { IntentDeps } from '../intents/deps';
import { readAndSettle } from '../intents/read';
import { providerWords } from '../kernel/provider-words';
import { refundFact } from '../payments/facts';
import { againSeconds } from '../providers/again';
import type { Failure, Outcome, ProviderRefund } from '../providers/provider';
import { refundById } from './find';
import { readRefund } from './read';
import type { Refund } from './refund.entity';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

// Providers keep a key for 24 hours; after that the same call would send the money a second time.
const KEY_MS = 20 * 3_600_000;
// From 10 s, doubling, to an hour: its credits are frozen meanwhile.
const backoffSeconds = (tries: number) => Math.min(5 * 2 ** tries, 3_600);
// Money on its way to a bank takes days.
const LOOK_AGAIN_SECONDS = 6 * 3_600;

/**
 * Asks the provider, and settles what it answers. Where the answer is not known the refund stays pending and recovery
 * asks again with the same key.
 * @param token the lease that the caller holds on the refund.
 * @returns the refund as it is then.
 */
export async function sendRefund(deps: Needs, refund: Refund, token: string): Promise<Refund> {
  if (refund.providerRefundId !== null) return lookAgain(deps, refund, token);
  // An answer to an earlier try may have been lost. What the provider has on its books is a fact.
  if (refund.tries > 1) {
    const books = await look(deps, refund);
    if (books === 'booked') return current(deps, refund);
    if (books === 'waits') return putOff(deps, refund, token, { kind: 'retryable', reason: 'locked' });
    if (books === 'unread') return putOff(deps, refund, token, { kind: 'unknown', reason: 'bad_response' });
    if ((await readInstant(deps.pool)).getTime() - refund.createdAt.getTime() > KEY_MS)
      return refuse(deps, refund, 'The provider never heard of it.');
  }
  const outcome = await ask(deps, refund);
  switch (outcome.kind) {
    case 'ok':
      await deps.settle({
        intentId: refund.intentId,
        readNumber: null,
        object: null,
        facts: [
          refundFact({
            ...outcome.value,
            providerPaymentId: refund.providerPaymentId,
            ourRefundId: refund.id,
          }),
        ],
        actor: 'provider',
        note: { kind: 'provider_called', data: { call: 'refund', refundId: refund.id } },
      });
      return current(deps, refund);
    case 'declined':
    case 'rejected':
    case 'conflict':
    case 'not_found':
      return refused(deps, refund, token, outcome);
    default:
      return putOff(deps, refund, token, outcome);
  }
}

/** The provider accepted it and has said no more: its events may be lost. */
async function lookAgain(deps: Needs, refund: Refund, token: string): Promise<Refund> {
  const intent = await deps.readIntent(refund.intentId);
  const note = { kind: 'provider_called' as const, data: { call: 'read', refundId: refund.id } };
  if (intent) await readRefund(deps, intent, refund.providerRefundId as string, { note });
  await deps.pool.query('select put_off_refund($1, $2, $3, null)', [refund.id, token, LOOK_AGAIN_SECONDS]);
  return current(deps, refund);
}

async function ask(deps: Needs, refund: Refund): Promise<Outcome<ProviderRefund>> {
  const provider = deps.providers.get(refund.provider);
  const { request } = refund;
  if (!provider || !request) return { kind: 'misconfigured', message: `${refund.provider} is not enabled` };
  const { amountMinor, currency, ...rest } = request;
  return provider.createRefund(
    { ...rest, amount: { amountMinor: BigInt(amountMinor), currency } },
    { idempotencyKey: refund.id, timeoutMs: deps.providerTimeoutMs, about: { id: refund.intentId } },
  );
}

// It went out, and the user would owe more than a wallet can say: a break says so, until a person has made room.
const WAITS = `
  select from breaks where intent_id = $1 and subject = 'refund' and kind = 'missing_here' and status = 'open' and run_id is null`;

/** Reads and settles what the provider has, and says whether this refund was among it. */
async function look(deps: Needs, refund: Refund): Promise<'booked' | 'absent' | 'unread' | 'waits'> {
  const intent = await deps.readIntent(refund.intentId);
  if (!intent) return 'unread';
  const note = { kind: 'provider_called' as const, data: { call: 'read', refundId: refund.id } };
  const result = await readAndSettle(deps, intent, { actor: 'provider', note });
  if (result.kind !== 'settled') return 'unread';
  if ((await current(deps, refund)).providerRefundId !== null) return 'booked';
  const { rowCount } = await deps.pool.query(WAITS, [refund.intentId]);
  return rowCount ? 'waits' : 'absent';
}

/** The provider's state is not what we thought: a try of ours that was never answered may be why. */
async function refused(
  deps: Needs,
  refund: Refund,
  token: string,
  outcome: Failure & { message: string },
): Promise<Refund> {
  const books = await look(deps, refund);
  if (books === 'booked') return current(deps, refund);
  // A refusal of the first try is the provider's own word that nothing happened.
  if (books === 'waits' || (books === 'unread' && refund.tries > 1))
    return putOff(deps, refund, token, outcome);
  return refuse(deps, refund, outcome.message);
}

async function refuse(deps: Needs, refund: Refund, message: string): Promise<Refund> {
  await deps.pool.query('select refuse_refund($1, $2)', [refund.id, message]);
  const { intentId } = refund;
  const intent = await deps.readIntent(intentId);
  deps.hub.publish(intent ? [intentId, walletSubject(intent.userId)] : [intentId]);
  deps.log.error('refund.refused', {
    refundId: refund.id,
    intentId,
    code: 'refused',
    reason: providerWords(message),
  });
  return current(deps, refund);
}

async function putOff(deps: Needs, refund: Refund, token: string, failure: Failure): Promise<Refund> {
  const { kind } = failure;
  deps.log[kind === 'misconfigured' ? 'error' : 'warn']('refund.unanswered', {
    refundId: refund.id,
    intentId: refund.intentId,
    kind,
    reason: 'reason' in failure ? failure.reason : providerWords(failure.message),
    tries: refund.tries,
  });
  await deps.pool.query('select put_off_refund($1, $2, $3, $4)', [
    refund.id,
    token,
    againSeconds(failure, backoffSeconds(refund.tries)),
    kind,
  ]);
  return current(deps, refund);
}

const current = async (deps: Needs, refund: Refund) => (await refundById(deps, refund.id)) ?? refund;
