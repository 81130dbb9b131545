// What the gateway told this back end, by user. A product keeps it in its database, in the transaction that acts on it.
import type { DeliveryEvent } from '@credits-gateway/server/deliveries';

interface Kept {
  readonly seen: Set<string>;
  readonly byUser: Map<string, DeliveryEvent[]>;
}

const KEPT = 8;
// Next may load this file once for a route and once for a page; what they share is the process.
const shared = globalThis as { keptDeliveries?: Kept };
shared.keptDeliveries ??= { seen: new Set(), byUser: new Map() };
const { seen, byUser } = shared.keptDeliveries;

/** Takes an event that was verified. The same one may come again, and changes nothing then. */
export function keep(event: DeliveryEvent): void {
  // A test.ping is of nobody.
  if (event.userId === null || seen.has(event.id)) return;
  seen.add(event.id);
  byUser.set(event.userId, [event, ...deliveriesOf(event.userId)].slice(0, KEPT));
}

/** Newest first. */
export const deliveriesOf = (userId: string): readonly DeliveryEvent[] => byUser.get(userId) ?? [];
