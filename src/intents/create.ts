import { type Caller, kindOf } from '../callers/caller';
import { lookAtCode, type UsableCode } from '../grants/look-at-code';
import { checkKey } from '../idempotency/key';
import type { ReplayCache } from '../idempotency/replay-cache';
import { CREDITS_MAX } from '../kernel/credits';
import { newId } from '../kernel/ids';
import { type CallerDataInput, callerDataOf } from '../kernel/metadata';
import {
  IdempotencyConflictProblem,
  invalidInput,
  RetryLaterProblem,
  RiskBlockedProblem,
  RiskChallengeProblem,
} from '../kernel/problems';
import type { Intent } from '../payments/intent.entity';
import { isOpen } from '../payments/states';
import type { ProviderName } from '../providers/provider';
import { RESPONSE_MAX } from '../risk/captcha';
import { type Payer, UNKNOWN_PAYER } from '../risk/payer';
import type { WalletNamed } from '../wallets/meant';
import { advance } from './advance';
import { buyerMeant } from './buyer';
import { type Claim, inTrace } from './claim';
import type { IntentDeps } from './deps';
import { newLeaseToken } from './lease';
import { type Plan, planOf } from './plan';
import { metadataOf } from './provider-metadata';
import { waitForIntent } from './wait';
import { intentOfKey, isWishOf } from './wish';

type Needs = Omit<IntentDeps, 'dataSource' | 'readEvents' | 'simulator' | 'worked'>;

/** `userId` is for services only; an owner or a manager buys for a shared wallet. */
export interface CreateIntentInput extends CallerDataInput, WalletNamed {
  readonly packageId: string;
  readonly provider?: ProviderName | null;
  readonly currency?: string | null;
  readonly idempotencyKey?: string | null;
  readonly fingerprintId?: string | null;
  readonly returnUrl?: string | null;
  /** Left out: nothing is known. */
  readonly payer?: Payer;
  /** What the captcha gave the page. */
  readonly captchaResponse?: string | null;
  /** A code that the payer typed, for credits beside the purchase. */
  readonly promoCode?: string | null;
  /** Of the click; left out: none came, or nothing is traced. */
  readonly traceparent?: string | null;
}

type Planned = Plan & { readonly promo: UsableCode | null };

const OPERATION = 'createIntent';
const TEXT_MAX = 2_048; // Longer than any address that browsers take.
// A twin that is under way answers within a provider's call; whoever waits longer is told to come again.
const TWIN_WAIT_MS = 2_000;

/**
 * Starts a purchase: saves the intent with the exact provider request frozen in it, asks the provider without a
 * transaction open, and settles the answer. The same key and input give the same intent, however often and wherever, and
 * whatever has become of the package and the providers since; what the caller leaves out is not compared.
 * When the provider's answer is unknown the intent is answered pending, and its next action arrives on the subscription.
 * @returns `foundIn`: where the key was kept, when it was not PostgreSQL that knew it
 * @throws Problem INVALID_INPUT, PAYMENTS_DISABLED, NOT_FOUND, INVALID_STATE and RATE_LIMITED of a code, IDEMPOTENCY_CONFLICT, IN_PROGRESS, RISK_BLOCKED, RISK_CHALLENGE
 */
export async function createIntent(
  deps: Needs,
  caller: Caller,
  input: CreateIntentInput,
): Promise<{ intent: Intent; replayed: boolean; foundIn?: ReplayCache['backend'] }> {
  const userId = await buyerMeant(deps, caller, input);
  const key = input.idempotencyKey ?? null;
  if (key !== null) checkKey(key);
  checkText(input.fingerprintId, 'fingerprintId');
  checkText(input.returnUrl, 'returnUrl');
  checkText(input.captchaResponse, 'captchaResponse', RESPONSE_MAX);
  checkText(input.promoCode, 'promoCode');
  if (input.promoCode && key === null)
    throw invalidInput(
      'A purchase with a code has a key: without one an open purchase is found again.',
      'idempotencyKey',
    );
  callerDataOf(input);
  const kept = key === null ? null : await keptAnswer(deps, caller, userId, key, input);
  if (kept) return { intent: kept, replayed: true, foundIn: deps.replays.backend };
  for (let looks = 1; ; looks++) {
    const plan = await plannedWithCode(deps, userId, input).catch((refusal: unknown) => ({ refusal }));
    if ('refusal' in plan) return answeredBefore(deps, caller, userId, input, plan.refusal);
    const made = await claimAtPrice(deps, caller, userId, key, input, plan);
    if (made) return made;
    // The kept price list is behind the tables: look again, once.
    deps.log.warn('package.price_changed', { packageId: input.packageId });
    deps.catalogue.refresh();
    const refusal = invalidInput('This package is not sold at the moment.', 'packageId');
    if (looks > 1) return answeredBefore(deps, caller, userId, input, refusal);
  }
}

/** What it would be, with what a code brings. @throws Problem also for a code that brings it nothing */
async function plannedWithCode(deps: Needs, userId: string, input: CreateIntentInput): Promise<Planned> {
  const plan = await planOf(deps, input);
  const { promoCode, packageId, payer } = input;
  const promo = promoCode
    ? await lookAtCode(deps, promoCode, userId, packageId, payer?.address ?? null)
    : null;
  return { ...plan, promo };
}

/** What is remembered of the key, where that is the same wish: no price list, and no statement but the one that reads it. */
async function keptAnswer(
  deps: Needs,
  caller: Caller,
  userId: string,
  key: string,
  input: CreateIntentInput,
): Promise<Intent | null> {
  const known = await deps.replays.get(userId, OPERATION, kindOf(caller), key);
  const intent = known && (await deps.readIntent(known.resultId));
  return intent && isWishOf(input, intent, caller) ? intent : null;
}

/**
 * What cannot be sold, or not any more, may have been sold under this key.
 * @throws `refusal` when it was not
 */
async function answeredBefore(
  deps: Needs,
  caller: Caller,
  userId: string,
  input: CreateIntentInput,
  refusal: unknown,
): Promise<{ intent: Intent; replayed: true }> {
  const key = input.idempotencyKey ?? null;
  const earlier = key === null ? null : await intentOfKey(deps, caller, userId, key);
  if (!earlier) throw refusal;
  return { intent: await repeated(deps, caller, input, earlier), replayed: true };
}

/** Null when the price that was looked up is no longer the price. */
async function claimAtPrice(
  deps: Needs,
  caller: Caller,
  userId: string,
  key: string | null,
  input: CreateIntentInput,
  plan: Planned,
): Promise<{ intent: Intent; replayed: boolean } | null> {
  const payer = input.payer ?? UNKNOWN_PAYER;
  const hasPassed = await passed(deps, input, payer);
  const planned = claimOf(deps.gatewayIds[0], caller, userId, key, payer, plan);
  const claim = { ...inTrace(planned, input.traceparent), hasPassed };
  const claimed = await deps.claim(claim);
  if (claimed.outcome === 'unpriced') return null;
  if (claimed.outcome === 'too_many')
    throw invalidInput(`A balance has at most ${CREDITS_MAX} credits.`, 'packageId');
  if (claimed.outcome === 'challenge' && deps.captcha) throw new RiskChallengeProblem(deps.captcha.siteKey);
  if ('decisionId' in claimed) {
    deps.log.warn('risk.blocked', { userId, decisionId: claimed.decisionId });
    throw new RiskBlockedProblem(claimed.decisionId);
  }
  const intent =
    claimed.outcome === 'created'
      ? await started(deps, claim, claimed.intent)
      : await repeated(deps, caller, input, claimed.intent);
  if (key !== null && intent.providerIntentId)
    deps.replays.put(userId, OPERATION, kindOf(caller), key, {
      inputHash: intent.inputHash,
      resultId: intent.id,
    });
  return { intent, replayed: claimed.outcome === 'exists' };
}

async function started(deps: Needs, claim: Claim, intent: Intent): Promise<Intent> {
  deps.log.info('intent.created', {
    intentId: intent.id,
    userId: intent.userId,
    packageId: intent.packageId,
    provider: intent.provider,
    amountMinor: intent.amountMinor.toString(),
    currency: intent.currency,
  });
  return advance(deps, intent, claim.leaseToken);
}

/** A repeat: the same wish finds its intent, waiting for a twin that is asking the provider right now. */
async function repeated(
  deps: Needs,
  caller: Caller,
  input: CreateIntentInput,
  intent: Intent,
): Promise<Intent> {
  if ((input.idempotencyKey ?? null) !== null && !isWishOf(input, intent, caller))
    throw new IdempotencyConflictProblem(
      'This idempotency key was used before with another input.',
      intent.id,
    );
  const isAnswered = (twin: Intent) =>
    twin.providerIntentId !== null || !isOpen(twin.status) || twin.leaseToken === null;
  const answered = await waitForIntent(deps, intent, isAnswered, TWIN_WAIT_MS);
  if (!isAnswered(answered))
    throw new RetryLaterProblem('IN_PROGRESS', 'The first call with this key is still under way.', 1);
  return answered;
}

/** Whether the payer has solved the captcha: asked before anything is locked. */
const passed = async ({ captcha }: Needs, { captchaResponse }: CreateIntentInput, { address }: Payer) =>
  captchaResponse && captcha ? captcha.isSolved(captchaResponse, address) : false;

function checkText(text: string | null | undefined, field: string, max = TEXT_MAX): void {
  if (text && (text.length > max || text.includes('\0')))
    throw invalidInput(`${field} has at most ${max} characters and no NUL.`, field);
}

function claimOf(
  gatewayId: string,
  caller: Caller,
  userId: string,
  key: string | null,
  payer: Payer,
  { offer, price, wish, room, challenge, isCheapest, promo }: Planned,
): Omit<Claim, 'hasPassed'> {
  const id = newId('intent');
  return {
    ...wish,
    id,
    userId,
    key,
    packageId: offer.package.id,
    currency: price.currency,
    amountMinor: price.amountMinor,
    credits: offer.package.credits,
    createdBy: caller.id,
    leaseToken: newLeaseToken(),
    challenge,
    payer,
    ...{ isCheapest, promo },
    request: {
      ourIntentId: id,
      amountMinor: price.amountMinor.toString(),
      currency: price.currency,
      description: `${offer.package.name}: ${offer.package.credits} credits`,
      metadata: metadataOf(gatewayId, userId, offer, price, wish, room),
    },
  };
}
