// Stripe's envelope around an object in a webhook event.

import { derivedId } from '../ids';
import type { NewEvent } from '../objects';
import type { EventType } from './event-types';
import { API_VERSION } from './shapes';

/** The id of the event of one type about one happening: known before the happening itself. */
export function stripeEventId(happening: string, type: string): string {
  return derivedId('evt_mock', `${happening}:${type}`);
}

/**
 * @param happening names what the event is about, uniquely; the event's id is made from it.
 * @param object the object's state right after it.
 */
export function stripeEvent(
  happening: string,
  type: EventType,
  object: object,
  nowMs: number,
  previous?: object,
): NewEvent {
  const id = stripeEventId(happening, type);
  const envelope = {
    id,
    object: 'event',
    api_version: API_VERSION,
    created: Math.floor(nowMs / 1000),
    data: { object, ...(previous ? { previous_attributes: previous } : {}) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: derivedId('req_mock', happening), idempotency_key: null },
    type,
  };
  return { id, type, body: JSON.stringify(envelope) };
}
