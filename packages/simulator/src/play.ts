// Plays an outcome on one object: its first effect now, the rest as steps that come due by the provider's clock.
import assert from 'node:assert/strict';
import type { PlayedCard } from './card';
import type { Decision } from './decide';
import { isSent } from './endpoint';
import { derivedId } from './ids';
import type { Account } from './limits';
import { type Change, type Family, type NewStep, PLAIN_DELIVERY, type ProviderName, rootOf } from './objects';
import {
  type Outcome,
  OutcomeImpossible,
  PROCESSING_MS,
  SCRIPTS,
  type Script,
  type Stage,
  stageName,
} from './outcomes';
import { PROVIDERS } from './providers';
import type { Store } from './store';

export interface Play {
  readonly provider: ProviderName;
  /** pi_… or order_…, or a payout po_…. */
  readonly providerIntentId: string;
  readonly outcome: Outcome;
  /** Milliseconds until the effect, or until the second effect of an outcome that has two; 0 for its usual time. */
  readonly delayMs: number;
  /** What a dispute is about, in minor units; left out: the whole payment. */
  readonly amountMinor?: number;
  /** The card that pays; left out: the payer's usual one. */
  readonly card?: PlayedCard;
  /** True: none of its events is ever sent. */
  readonly isLost?: boolean;
}

export interface Played {
  /** Webhook events of what is played that a receiver will accept; it may wait for them. */
  readonly providerEventIds: readonly string[];
  /** True: what matters comes later and is not listed. */
  readonly comesLater: boolean;
}

/** @throws OutcomeImpossible when the provider has no such thing or the object cannot do it now. */
export function play(store: Store, input: Play): Promise<Played> {
  return store.decide({
    id: input.providerIntentId,
    decide: (family) => decidePlay(family, input, store.account),
  });
}

function decidePlay(family: Family, input: Play, account: Account): Decision<Played> {
  const { provider, providerIntentId, outcome, delayMs } = input;
  const { performer, title } = PROVIDERS[provider];
  const root = rootOf(family);
  if (!root || root.provider !== provider || root.id !== providerIntentId)
    throw new OutcomeImpossible(`The simulated ${title} has no object ${providerIntentId}.`, 'missing');
  const asked = SCRIPTS[outcome];
  const refusal = performer.refusal(family, root, asked.first, asked.card ?? null);
  if (refusal !== null) throw new OutcomeImpossible(refusal, performer.statusOf(root));
  const script = performer.asksFirst(root, asked.first) ? confirmedFirst(asked) : asked;
  const card = input.card || script.card ? { ...script.card, ...input.card } : null;

  const delivery = { ...(script.delivery ?? PLAIN_DELIVERY), ...(input.isLost ? { copies: 0 } : {}) };
  const isNow = delayMs === 0 || script.next !== undefined || delivery.forgedFirst;
  const first: Stage = {
    play: `${root.id}:v${root.version}`,
    number: 0,
    effect: performer.adapt(root, script.first, card),
    amountMinor: input.amountMinor ?? null,
    card,
    delivery: { ...delivery, retryMs: delivery.retryMs === null ? null : delayMs || delivery.retryMs },
  };
  const second: Stage | null = script.next
    ? { ...first, number: 1, effect: performer.adapt(root, script.next.effect, card) }
    : null;
  const steps = [
    ...(isNow ? [] : [step(first, delayMs)]),
    ...(second && script.next ? [step(second, delayMs || script.next.afterMs)] : []),
  ];
  const effect: Change | null = isNow ? performer.apply(family, first) : { objects: [] };
  assert(effect, `${outcome} was not refused and not played on ${root.id}`);
  const comesLater = script.comesLater === true;
  const isHeard = !delivery.forgedFirst && delivery.copies > 0;
  const heard = [...(isHeard ? [first] : []), ...(second && !comesLater ? [second] : [])];
  const events = heard
    .flatMap((stage) => performer.eventsOf(root, stage))
    .filter(({ type }) => isSent(account, provider, type));
  return {
    result: { providerEventIds: events.map(({ id }) => id), comesLater },
    change: { ...effect, steps },
  };
}

/** The payer confirms, at the pace of a person in a hurry, and then it happens. */
const confirmedFirst = (script: Script): Script => ({
  ...script,
  first: 'requireAction',
  next: { effect: script.first, afterMs: PROCESSING_MS },
});

const step = (stage: Stage, delayMs: number): NewStep => ({
  id: derivedId('step', stageName(stage)),
  delayMs,
  stage,
});
