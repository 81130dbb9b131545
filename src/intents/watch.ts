import type { Caller } from '../callers/caller';
import { throughOutage } from '../db/outage';
import { cursorAt, versionIn } from '../events/cursor';
import type { StoredEvent } from '../events/event.entity';
import { follow, leavable, sameForAll } from '../events/feed';
import type { Listener } from '../events/hub';
import { notFound } from '../kernel/problems';
import type { Intent } from '../payments/intent.entity';
import { type IntentStatus, isFinal } from '../payments/states';
import type { IntentDeps } from './deps';
import { findIntent } from './find';

type Needs = Pick<IntentDeps, 'hub' | 'pool' | 'readEvents' | 'readIntent'>;

/** snapshot: where it stands. change: one event. gap: older events are gone, fetch again. */
export interface IntentChange {
  readonly kind: 'snapshot' | 'change' | 'gap';
  readonly cursor: string;
  readonly sequence: number;
  readonly status: IntentStatus;
  readonly previousStatus: IntentStatus | null;
  readonly occurredAt: Date;
  readonly intentId: string;
}

/**
 * The live status of one intent: first a snapshot, or with `after` each event since that cursor; then one event a
 * change, in order, none lost and none twice. Ends after succeeded or canceled.
 * @param tellOwner hears whose it is, before the first event
 * @throws Problem NOT_FOUND, INVALID_INPUT for a cursor of another stream
 */
export async function watchIntent(
  deps: Needs,
  caller: Caller,
  input: { readonly id: string; readonly after?: string | null },
  tellOwner: (userId: string) => void = () => undefined,
): Promise<AsyncIterableIterator<IntentChange>> {
  const intent = await findIntent(deps, caller, input.id);
  if (!intent) throw notFound('The intent', ['id']);
  tellOwner(intent.userId);
  const after = input.after ? versionIn(input.after, intent.id) : null;
  return leavable(deps.hub, intent.id, (listener) => changes(deps, listener, intent.id, after));
}

async function* changes(
  deps: Needs,
  listener: Listener,
  intentId: string,
  after: number | null,
): AsyncGenerator<IntentChange, void> {
  // The listener is there already: what is committed from here on wakes it.
  const now = await throughOutage(() => deps.readIntent(intentId));
  if (!now) return;
  const isAhead = after !== null && after > now.version;
  if (after === null || isAhead) {
    yield standing(now, isAhead ? 'gap' : 'snapshot');
    if (isFinal(now.status)) return;
  } else if (after === now.version && isFinal(now.status)) return;
  for await (const event of follow(
    deps.readEvents,
    listener,
    intentId,
    after === null || isAhead ? now.version : after,
  )) {
    if (event === 'gap') {
      const again = await throughOutage(() => deps.readIntent(intentId));
      if (!again) return;
      listener.version = again.version;
      yield standing(again, 'gap');
      if (isFinal(again.status)) return;
      continue;
    }
    const change = changeOf(event);
    yield change;
    if (isFinal(change.status)) return;
  }
}

const changeOf = sameForAll((event: StoredEvent): IntentChange => {
  const { subject: intentId, version, toStatus, fromStatus, at } = event;
  const sequence = version ?? 0;
  return {
    kind: 'change',
    cursor: cursorAt(intentId, sequence),
    sequence,
    status: (toStatus ?? 'pending') as IntentStatus,
    previousStatus: fromStatus as IntentStatus | null,
    occurredAt: at,
    intentId,
  };
});

function standing(intent: Intent, kind: 'snapshot' | 'gap'): IntentChange {
  return {
    kind,
    cursor: cursorAt(intent.id, intent.version),
    sequence: intent.version,
    status: intent.status,
    previousStatus: null,
    occurredAt: intent.updatedAt,
    intentId: intent.id,
  };
}
