// Razorpay's envelope around the objects in a webhook event. The event's id is not in it: it travels in a header.

import { derivedId } from '../ids';
import type { NewEvent } from '../objects';
import type { Dispute } from './disputes';
import type { EventType } from './event-types';
import { type Order, type Payment, type Refund, shownOrder } from './shapes';

/** The id of the event of one type about one happening: known before the happening itself. */
export function razorpayEventId(happening: string, type: string): string {
  return derivedId('evt_mock', `${happening}:${type}`);
}

export interface Subjects {
  readonly refund?: Refund;
  readonly payment: Payment;
  readonly order?: Order;
  readonly dispute?: Dispute;
}

/**
 * @param happening names what the event is about, uniquely; the event's id is made from it.
 * @param subjects the objects' state right after it.
 */
export function razorpayEvent(
  happening: string,
  type: EventType,
  subjects: Subjects,
  nowMs: number,
): NewEvent {
  const { refund, payment, order, dispute } = subjects;
  // A payment in a webhook event says a little more than the same payment read through the API.
  const payload = {
    ...(refund ? { refund: { entity: refund } } : {}),
    payment: { entity: { ...payment, base_amount: payment.amount, amount_transferred: 0 } },
    ...(order ? { order: { entity: shownOrder(order) } } : {}),
    ...(dispute ? { dispute: { entity: dispute } } : {}),
  };
  const envelope = {
    entity: 'event',
    account_id: 'acc_mock',
    event: type,
    contains: Object.keys(payload),
    payload,
    created_at: Math.floor(nowMs / 1000),
  };
  return { id: razorpayEventId(happening, type), type, body: JSON.stringify(envelope) };
}
