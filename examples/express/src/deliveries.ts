// What the gateway told this back end, by user. A product keeps it in its database, in the transaction that acts on it.
import { EventEmitter } from 'node:events';
import type { DeliveryEvent } from '@credits-gateway/server/deliveries';

const KEPT = 8;
const seen = new Set<string>();
const byUser = new Map<string, DeliveryEvent[]>();
/** Tells of each new event, under its user's id. */
export const arrivals = new EventEmitter().setMaxListeners(0);

/** Takes an event that was verified. The same one may come again, and changes nothing then. */
export function keep(event: DeliveryEvent): void {
  // A test.ping is of nobody.
  if (event.userId === null || seen.has(event.id)) return;
  seen.add(event.id);
  byUser.set(event.userId, [event, ...deliveriesOf(event.userId)].slice(0, KEPT));
  arrivals.emit(event.userId);
}

/** Newest first. */
export const deliveriesOf = (userId: string): readonly DeliveryEvent[] => byUser.get(userId) ?? [];
