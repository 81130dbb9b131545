// What the bank's answers do to a payment intent and its charge. succeeded and canceled are final; a decline is not.

import assert from 'node:assert/strict';
import { derivedId } from '../ids';
import { type Change, type Family, member, type NewEvent, rootOf, type StoredObject } from '../objects';
import { CARDS_REFUSED, type Effect, type Performer, type Stage, stageName } from '../outcomes';
import { effectWith } from './cards';
import { cardError, DECLINES, declinedCharge } from './declines';
import type { EventType } from './event-types';
import { stripeEvent, stripeEventId } from './events';
import { applyMoneyBack, isMoneyBack, MONEY_BACK_EVENTS, moneyBackRefusal } from './money-back';
import { failedPayout, payoutRefusal } from './paid-out';
import { type Charge, newCharge, outcomePaid, type PaymentIntent } from './shapes';

const PAID = ['charge.succeeded', 'payment_intent.succeeded'] as const;
const DECLINED = ['charge.failed', 'payment_intent.payment_failed'] as const;

const EVENT_TYPES: Readonly<Record<Effect, readonly EventType[]>> = {
  ...MONEY_BACK_EVENTS,
  capture: PAID,
  captureShort: PAID,
  finish: PAID,
  authorize: ['charge.succeeded', 'payment_intent.amount_capturable_updated'],
  decline: DECLINED,
  declineFunds: DECLINED,
  declineCard: DECLINED,
  declineForGood: DECLINED,
  block: DECLINED,
  requireAction: ['payment_intent.requires_action'],
  process: ['payment_intent.processing'],
  failPayout: ['payout.failed'],
};

const PAYABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

export const stripePerformer: Performer = {
  statusOf: (root) => (root.body as PaymentIntent).status,
  refusal(family, root, effect) {
    if (effect === 'failPayout' || root.kind === 'payout') return payoutRefusal(root, effect);
    if (isMoneyBack(effect)) return moneyBackRefusal(family, effect);
    const { status } = root.body as PaymentIntent;
    if (isManual(root) && effect === 'captureShort')
      return 'A payment intent with manual capture is captured by a call only: play succeed.';
    return PAYABLE.includes(status) ? null : `A payment intent that is ${status} cannot be paid.`;
  },
  adapt(root, asked, card) {
    const meant = effectWith(card, asked);
    // Whoever is known to ask has been answered.
    const isAnswered = meant === 'requireAction' && (root.body as PaymentIntent).status === 'requires_action';
    const effect = isAnswered ? asked : meant;
    return isManual(root) && (effect === 'capture' || effect === 'finish') ? 'authorize' : effect;
  },
  asksFirst: ({ body }, effect) => TAKES.includes(effect) && mustConfirm(body as PaymentIntent),
  eventsOf: (root, stage) =>
    newsOf(root, stage).map(({ happening, type }) => ({ id: stripeEventId(happening, type), type })),
  apply,
};

interface News {
  readonly happening: string;
  readonly type: EventType;
}

/**
 * What a stage has news of. Asynchronous capture, which is Stripe's default, answers before it has booked the charge: its
 * balance transaction comes with an event of its own. Source: docs.stripe.com/payments/payment-intents/asynchronous-capture.
 */
function newsOf(root: StoredObject, stage: Stage): readonly News[] {
  const happening = stageName(stage);
  const news: News[] = EVENT_TYPES[stage.effect].map((type) => ({ happening, type }));
  if (stage.effect === 'declineForGood')
    news.push(...otherNames(stage).map((name): News => ({ happening: name, type: 'charge.failed' })));
  if (isAsync(root) && TAKES.includes(stage.effect)) news.push({ happening, type: 'charge.updated' });
  return news;
}

/** Its 3-D Secure is forced and has not begun. */
const mustConfirm = ({ payment_method_options: { card }, status }: PaymentIntent) =>
  ['any', 'challenge'].includes(card?.request_three_d_secure ?? '') && status !== 'requires_action';

const TAKES: readonly Effect[] = ['capture', 'captureShort', 'finish'];
const isAsync = (root: StoredObject) => (root.body as PaymentIntent).capture_method === 'automatic_async';
const isManual = (root: StoredObject) => (root.body as PaymentIntent).capture_method === 'manual';

function apply(family: Family, stage: Stage): Change | null {
  if (stage.effect === 'failPayout') return failedPayout(family, stage);
  if (isMoneyBack(stage.effect)) return applyMoneyBack(family, stage, stage.effect);
  const root = rootOf<PaymentIntent>(family);
  if (!root) return null;
  // A later stage finds the intent as its first one left it, or payable again, or ended otherwise meanwhile.
  if (!PAYABLE.includes(root.body.status) && root.body.status !== 'processing') return null;
  const created = Math.floor(family.nowMs / 1000);
  const before = chargeOf(family, stage, root, created);
  const { intent, charge } = perform(stage, root.body, before.body);
  const others = charge && stage.effect === 'declineForGood' ? otherCards(stage, before, charge) : [];
  return {
    objects: [{ ...root, body: intent }, ...others, ...(charge ? [{ ...before, body: charge }] : [])],
    events: newsOf(root, stage).map((news) => {
      const card = others.find(({ id }) => id === chargeId(news.happening));
      return told(news, isAsync(root), { intent, charge: card?.body ?? charge }, family.nowMs);
    }),
    delivery: stage.delivery,
  };
}

function told(
  { happening, type }: News,
  isAsynchronous: boolean,
  { intent, charge }: Performed,
  nowMs: number,
): NewEvent {
  if (!type.startsWith('charge.')) return stripeEvent(happening, type, intent, nowMs);
  assert(charge, `No charge for ${type}`);
  const unbooked = { balance_transaction: null };
  if (type === 'charge.updated') return stripeEvent(happening, type, charge, nowMs, unbooked);
  return stripeEvent(happening, type, isAsynchronous ? { ...charge, ...unbooked } : charge, nowMs);
}

// A play's charge goes on while it is pending. A failed one never comes back to life: what follows is a new charge.
function chargeOf(
  family: Family,
  stage: Stage,
  root: StoredObject<PaymentIntent>,
  created: number,
): StoredObject<Charge> {
  const first = member<Charge>(family, 'charge', chargeId(`${stage.play}:0`));
  if (first?.body.status === 'pending') return first;
  const id = chargeId(stageName(stage));
  const body = newCharge(id, root.body, created, stage.card);
  return { ...root, id, kind: 'charge', version: 0, created, receipt: null, body };
}

const chargeId = (happening: string) => derivedId('ch_mock', happening);

const otherNames = (stage: Stage) =>
  Array.from({ length: CARDS_REFUSED - 1 }, (_, at) => `${stageName(stage)}:card${at}`);

/** The other cards that the payer tried; of each the intent's own news are left out. */
const otherCards = (stage: Stage, told: StoredObject<Charge>, declined: Charge): StoredObject<Charge>[] =>
  otherNames(stage).map((name) => {
    const id = chargeId(name);
    return { ...told, id, body: { ...declined, id } };
  });

interface Performed {
  readonly intent: PaymentIntent;
  /** Null: the bank was not asked, there is no charge. */
  readonly charge: Charge | null;
}

function perform({ effect, card }: Stage, intent: PaymentIntent, charge: Charge): Performed {
  const paying = {
    ...intent,
    last_payment_error: null,
    next_action: null,
    latest_charge: charge.id,
    payment_method: charge.payment_method,
  };
  const decline = DECLINES[effect];
  if (decline)
    return {
      intent: {
        ...paying,
        status: 'requires_payment_method',
        payment_method: null,
        last_payment_error: cardError(decline, charge.id),
      },
      charge: declinedCharge(charge, decline, card),
    };
  switch (effect) {
    case 'authorize':
      return {
        intent: { ...paying, status: 'requires_capture', amount_capturable: intent.amount },
        charge: { ...charge, status: 'succeeded', paid: true },
      };
    case 'process':
      return {
        intent: { ...paying, status: 'processing' },
        charge: { ...charge, status: 'pending', paid: false, outcome: null },
      };
    case 'requireAction':
      return { intent: { ...paying, ...AUTHENTICATION, latest_charge: intent.latest_charge }, charge: null };
    default: {
      const amount = effect === 'captureShort' ? intent.amount - 1 : intent.amount;
      return captured(paying, { ...charge, outcome: outcomePaid(card) }, amount);
    }
  }
}

const AUTHENTICATION = {
  status: 'requires_action',
  next_action: {
    type: 'use_stripe_sdk',
    use_stripe_sdk: {
      type: 'three_d_secure_redirect',
      stripe_js: 'https://hooks.stripe.com/redirect/authenticate/mock',
    },
  },
};

/** The intent and its charge once `amount` minor units have been taken. */
export function captured(
  intent: PaymentIntent,
  charge: Charge,
  amount: number,
): Performed & { charge: Charge } {
  return {
    intent: { ...intent, status: 'succeeded', amount_capturable: 0, amount_received: amount },
    charge: {
      ...charge,
      status: 'succeeded',
      paid: true,
      captured: true,
      amount_captured: amount,
      balance_transaction: derivedId('txn_mock', charge.id),
      receipt_url: `https://pay.stripe.com/receipts/${charge.id}`,
    },
  };
}
