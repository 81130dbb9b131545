// Carries an intent to where its row says that it should be: an object at the provider, and then, if somebody asked for
// an end, no longer. Create, cancel and recovery all do their work here, under a lease, so that a crash at any point
// leaves the same work to be done again with the same key and the same frozen request.

import { readInstant } from '../db/instant';
import type { Money } from '../kernel/money';
import { providerWords } from '../kernel/provider-words';
import { factsOf, plainFact } from '../payments/facts';
import type { Intent } from '../payments/intent.entity';
import { isOpen } from '../payments/states';
import { againSeconds } from '../providers/again';
import type { Failure, Outcome, Provider, ProviderIntent } from '../providers/provider';
import type { IntentDeps } from './deps';
import { readAndSettle } from './read';

type Needs = Pick<IntentDeps, 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'settle'>;

/**
 * Does what is left to do at the provider.
 * @param token the lease that the caller holds on the intent.
 * @returns the intent as it is then. Where the provider could not be asked, the work is put off and recovery goes on.
 */
export async function advance(deps: Needs, intent: Intent, token: string): Promise<Intent> {
  const provider = deps.providers.get(intent.provider);
  if (!provider) {
    await putOff(deps, intent, token, {
      kind: 'misconfigured',
      message: `${intent.provider} is not enabled`,
    });
    return intent;
  }
  let current = intent;
  if (current.providerIntentId === null) current = await create(deps, provider, current, token);
  const endRequested = current.cancelRequestedAt !== null || current.expireRequestedAt !== null;
  if (current.providerIntentId !== null && isOpen(current.status) && endRequested)
    current = await end(deps, provider, current, token);
  return current;
}

async function create(deps: Needs, provider: Provider, intent: Intent, token: string): Promise<Intent> {
  const outcome = (await isPastKey(deps, intent))
    ? await lookUp(deps, provider, intent)
    : await provider.createIntent(
        { ...intent.request, amount: frozenAmount(intent) },
        // Made from our own id: a repeat from any process, at any time, is the same call.
        { idempotencyKey: intent.id, timeoutMs: deps.providerTimeoutMs, about: intent },
      );
  if (outcome.kind === 'ok') {
    const settled = await deps.settle({
      intentId: intent.id,
      // The claim took the first number. A replayed answer is as old as the first, however late it comes.
      readNumber: 1,
      object: outcome.value,
      facts: factsOf(outcome.value),
      actor: 'provider',
      note: { kind: 'provider_called', data: { call: 'create' } },
    });
    deps.log.info('intent.created', {
      intentId: intent.id,
      userId: intent.userId,
      provider: intent.provider,
      providerIntentId: outcome.value.providerIntentId,
    });
    const again = intent.leaseCount > 0 || settled.outcomes.includes('stale');
    return again ? refresh(deps, settled.intent) : settled.intent;
  }
  if (outcome.kind === 'rejected' || outcome.kind === 'declined') return refused(deps, intent, outcome);
  await putOff(deps, intent, token, outcome);
  return intent;
}

const frozenAmount = ({ request }: Intent): Money => ({
  amountMinor: BigInt(request.amountMinor),
  currency: request.currency,
});

// Providers keep an idempotency key for 24 hours; after that the same call would make a second object.
const KEY_MS = 20 * 3_600_000;
async function isPastKey({ pool }: Needs, intent: Intent): Promise<boolean> {
  const { leaseCount, createdAt, cancelRequestedAt, expireRequestedAt } = intent;
  // Who has just made the row: a purchase does not wait for the clock.
  if (leaseCount === 0 && !cancelRequestedAt && !expireRequestedAt) return false;
  return (await readInstant(pool)).getTime() - createdAt.getTime() > KEY_MS;
}

/** Too late to send the request again: either the object is there, or it was never made and never will be. */
async function lookUp(deps: Needs, provider: Provider, intent: Intent): Promise<Outcome<ProviderIntent>> {
  const createdAfter = Math.floor(intent.createdAt.getTime() / 1000) - 3_600;
  const createdBefore = Math.ceil((intent.createdAt.getTime() + KEY_MS) / 1000) + 3_600;
  const found = await provider.findIntent(
    { ourIntentId: intent.id, createdAfter, createdBefore },
    { timeoutMs: deps.providerTimeoutMs, about: intent },
  );
  if (found.kind !== 'ok') return found;
  if (found.value) return { kind: 'ok', value: found.value };
  return { kind: 'rejected', code: 'never_created', message: 'The provider never made it' };
}

/** The provider will never take this request, so the intent ends here; the payer may start another. */
async function refused(deps: Needs, intent: Intent, outcome: Failure & { code: string }): Promise<Intent> {
  deps.log.error('provider.refused', { intentId: intent.id, code: outcome.code });
  const failure = {
    code: outcome.code,
    message: 'The payment could not be started.',
    declineCode: null,
    retryable: false,
  };
  const { intent: failed } = await deps.settle({
    intentId: intent.id,
    readNumber: null,
    object: null,
    facts: [plainFact('failed', failure)],
    actor: 'provider',
    note: { kind: 'provider_called', data: { call: 'create', refused: outcome.code } },
  });
  return failed;
}

async function end(deps: Needs, provider: Provider, intent: Intent, token: string): Promise<Intent> {
  const readNumber = await deps.leases.beginRead(intent.id);
  const outcome = await provider.cancelIntent(intent.providerIntentId as string, {
    idempotencyKey: `${intent.id}:cancel`,
    timeoutMs: deps.providerTimeoutMs,
    about: intent,
  });
  if (outcome.kind === 'conflict') return refresh(deps, intent);
  if (outcome.kind !== 'ok') {
    await putOff(deps, intent, token, outcome);
    return intent;
  }
  const { intent: ended } = await deps.settle({
    intentId: intent.id,
    readNumber,
    object: outcome.value,
    facts: endFacts(provider, outcome.value),
    actor: intent.cancelRequestedAt ? intent.userId : 'system',
    note: { kind: 'provider_called', data: { call: 'cancel' } },
  });
  return ended;
}

/**
 * Where the provider cannot cancel, we stop offering its object, unless money is already in. What still comes later is
 * unapplied and goes back.
 */
function endFacts(provider: Provider, object: ProviderIntent) {
  const facts = factsOf(object);
  const isPaid = object.payments.some((payment) => payment.status === 'captured');
  return provider.capabilities.nativeCancel || isPaid ? facts : [...facts, plainFact('canceled')];
}

async function refresh(deps: Needs, intent: Intent): Promise<Intent> {
  const note = { kind: 'provider_called' as const, data: { call: 'read' } };
  const result = await readAndSettle(deps, intent, { actor: 'provider', note });
  return result.kind === 'settled' ? result.intent : intent;
}

/** Seconds until the next try: doubling, so that a provider that is down is not asked by everybody all the time. */
const backoffSeconds = (tries: number) => Math.min(5 * 2 ** tries, 900);

export async function putOff(deps: Needs, intent: Intent, token: string, outcome: Failure): Promise<void> {
  const { kind } = outcome;
  const reason = 'reason' in outcome ? outcome.reason : providerWords(outcome.message);
  const level = kind === 'misconfigured' || kind === 'not_found' ? 'error' : 'warn';
  deps.log[level]('provider.unanswered', { intentId: intent.id, provider: intent.provider, kind, reason });
  await deps.leases.putOff(intent.id, token, againSeconds(outcome, backoffSeconds(intent.leaseCount)));
}
