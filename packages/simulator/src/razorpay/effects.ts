// What the bank's answers do to an order and its payments. A failed payment is not final: the same payment can be
// captured later, even on an order that another payment has paid meanwhile.

import { derivedId } from '../ids';
import { type Change, type Family, member, rootOf, type StoredObject } from '../objects';
import { CARDS_REFUSED, type Effect, type Performer, type Stage, stageName } from '../outcomes';
import type { EventType } from './event-types';
import { razorpayEvent, razorpayEventId } from './events';
import { applyMoneyBack, isMoneyBack, MONEY_BACK_EVENTS, moneyBackRefusal } from './money-back';
import { NO_ERROR, newPayment, type Order, type Payment, type PaymentError } from './shapes';

const PAID = ['payment.authorized', 'payment.captured', 'order.paid'] as const;

const EVENT_TYPES: Readonly<Record<Effect, readonly EventType[]>> = {
  ...MONEY_BACK_EVENTS,
  capture: PAID,
  captureShort: PAID,
  // The bank's yes was told when the payment was authorised.
  finish: ['payment.captured', 'order.paid'],
  authorize: ['payment.authorized'],
  process: ['payment.authorized'],
  decline: ['payment.failed'],
  declineFunds: ['payment.failed'],
  declineCard: ['payment.failed'],
  declineForGood: ['payment.failed'],
  block: ['payment.failed'],
  requireAction: [],
  failPayout: [],
};

const RISK: PaymentError = {
  error_code: 'BAD_REQUEST_ERROR',
  error_description: 'Payment was declined after a risk check.',
  error_source: 'internal',
  error_step: 'payment_authorization',
  error_reason: 'payment_risk_check_failed',
};

// razorpay.com/docs/errors: the reason is what a caller acts on.
const ERRORS: Readonly<Partial<Record<Effect, PaymentError>>> = {
  decline: {
    error_code: 'BAD_REQUEST_ERROR',
    error_description: 'Payment failed',
    error_source: 'issuer',
    error_step: 'payment_authorization',
    error_reason: 'payment_failed',
  },
  declineFunds: {
    error_code: 'BAD_REQUEST_ERROR',
    error_description: 'Payment failed because of insufficient funds in the account.',
    error_source: 'customer',
    error_step: 'payment_authorization',
    error_reason: 'insufficient_funds',
  },
  declineCard: RISK,
  declineForGood: RISK,
  block: RISK,
};

export const razorpayPerformer: Performer = {
  statusOf: (root) => (root.body as Order).status,
  refusal(family, root, effect, told) {
    if (told?.riskLevel || told?.cvcCheck)
      return 'Razorpay says nothing of a risk, or of what a check of a card came to.';
    if (isMoneyBack(effect)) return moneyBackRefusal(family, effect);
    if (effect === 'failPayout') return 'What Razorpay has paid out stays paid out.';
    if (effect === 'requireAction')
      return 'Razorpay has no such state: the payer authenticates inside Checkout, before a payment exists.';
    if (isManual(root) && (effect === 'captureShort' || effect === 'process'))
      return 'An order with manual capture is authorised at once and captured by a call only: play succeed.';
    return (root.body as Order).status === 'paid' ? 'An order that is paid cannot be paid again.' : null;
  },
  adapt: (root, effect) => (isManual(root) && effect === 'capture' ? 'authorize' : effect),
  // The payer authenticates inside Checkout.
  asksFirst: () => false,
  eventsOf: (_, stage) =>
    EVENT_TYPES[stage.effect].map((type) => ({ id: razorpayEventId(stageName(stage), type), type })),
  apply,
};

const isManual = (root: StoredObject) => (root.body as Order).hidden.capture === 'manual';

function apply(family: Family, stage: Stage): Change | null {
  if (isMoneyBack(stage.effect)) return applyMoneyBack(family, stage, stage.effect);
  const root = rootOf<Order>(family);
  if (!root) return null;
  const id = derivedId('pay_mock', stage.play);
  const known = member<Payment>(family, 'payment', id);
  // A first attempt needs an order that is still open; what was begun before goes on whatever became of the order.
  if (known ? isSettled(known.body) : root.body.status === 'paid') return null;
  const created = Math.floor(family.nowMs / 1000);
  const payment = known ?? {
    ...root,
    id,
    kind: 'payment' as const,
    version: 0,
    created,
    receipt: null,
    body: newPayment(id, root.body, created, stage.card),
  };
  const tried: Order = known
    ? root.body
    : { ...root.body, status: 'attempted', attempts: root.body.attempts + 1 };
  const change = perform(family, stage, { ...root, body: tried }, payment);
  const others = stage.effect === 'declineForGood' ? otherCards(stage, change.objects) : [];
  return { ...change, objects: [...change.objects, ...others], delivery: stage.delivery };
}

/** The other cards that the payer tried: nobody is told of each. */
function otherCards(stage: Stage, objects: readonly StoredObject[]): StoredObject[] {
  const told = objects.find((object) => object.kind === 'payment') as StoredObject<Payment>;
  return Array.from({ length: CARDS_REFUSED - 1 }, (_, at) => {
    const id = derivedId('pay_mock', `${stage.play}:card${at}`);
    return { ...told, id, version: 0, body: { ...told.body, id } };
  });
}

const isSettled = (payment: Payment) => payment.status === 'captured' || payment.status === 'refunded';

function perform(
  family: Family,
  stage: Stage,
  root: StoredObject<Order>,
  payment: StoredObject<Payment>,
): Change {
  const amount = stage.effect === 'captureShort' ? payment.body.amount - 1 : payment.body.amount;
  const authorized: Payment = { ...payment.body, ...NO_ERROR, status: 'authorized', amount };
  const after = bodiesAfter(stage.effect, root.body, payment.body, authorized);
  return {
    objects: [
      { ...root, body: after.order },
      { ...payment, body: after.payment },
    ],
    events: EVENT_TYPES[stage.effect].map((type) =>
      razorpayEvent(
        stageName(stage),
        type,
        {
          payment: type === 'payment.authorized' ? authorized : after.payment,
          ...(type === 'order.paid' ? { order: after.order } : {}),
        },
        family.nowMs,
      ),
    ),
  };
}

interface Bodies {
  readonly order: Order;
  readonly payment: Payment;
}

function bodiesAfter(effect: Effect, order: Order, payment: Payment, authorized: Payment): Bodies {
  const error = ERRORS[effect];
  if (error) return { order, payment: { ...payment, ...error, status: 'failed' } };
  if (effect === 'authorize' || effect === 'process') return { order, payment: authorized };
  return captured(order, authorized);
}

/** The order and its payment once the payment's amount has been taken. */
export function captured(order: Order, payment: Payment): Bodies {
  const { amount } = payment;
  // 2 % and GST of 18 % on it, rounded down: what Razorpay's price list says, close enough to reconcile against.
  const fee = Math.floor((amount * 2) / 100);
  return {
    payment: {
      ...payment,
      status: 'captured',
      captured: true,
      fee,
      tax: Math.floor((fee * 18) / 100),
    },
    order:
      order.status === 'paid'
        ? order
        : { ...order, status: 'paid', amount_paid: amount, amount_due: order.amount - amount },
  };
}
