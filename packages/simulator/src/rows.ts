// Turns decisions into the JSON rows that commit_decisions in schema.sql takes; each row names its item.
import type { Decided } from './decide';
import { isSent } from './endpoint';
import type { Account } from './limits';
import { type Change, PLAIN_DELIVERY, rootOf, type StoredObject } from './objects';
import { type ClaimedEvent, LEASE_MS } from './send';

// Longer than a delivery and its work take, so that the order is seen.
const REORDERED_MS = 250;

/** Puts a body aside and answers with its place, counted from 1 as PostgreSQL does. */
type Aside = (body: string) => number;

export interface Rows {
  /** The arguments of commit_decisions: items, answers, new roots, other objects, events, steps, bodies. */
  readonly values: readonly (string | null | string[])[];
  /** By the items' numbers. */
  readonly letters: ReadonlyMap<number, Letters>;
}

/** What an item has to send. */
export interface Letters {
  /** Written as claimed, for who writes them to send. */
  readonly claimed: ClaimedEvent[];
  /** In how many milliseconds each of the others is due. */
  readonly dueMs: number[];
}

/** @param claims whether so many events may be claimed as they are written. */
export function rowsOf(
  decided: readonly Decided[],
  account: Account,
  claims: (count: number) => boolean,
): Rows {
  const bodies: string[] = [];
  const aside: Aside = (body) => bodies.push(body);
  // Nothing at all is null, which PostgreSQL sees without reading it.
  const of = (rows: readonly object[]) => (rows.length === 0 ? null : JSON.stringify(rows));
  const events = decided.flatMap((one) => eventsOf(one, account));
  const areClaimed = events.length > 0 && claims(events.length);
  const letters = new Map<number, Letters>();
  for (const event of events) {
    const { item, id, provider, body, isForged, delayMs } = event;
    const own = letters.get(item) ?? { claimed: [], dueMs: [] };
    letters.set(item, own);
    if (areClaimed && delayMs === 0) own.claimed.push({ id, provider, body, attempt: 1, forged: isForged });
    else own.dueMs.push(delayMs);
  }
  return {
    values: [
      of(decided.flatMap(itemRows)),
      of(decided.flatMap((one) => answerRows(one, aside))),
      of(decided.flatMap((one) => objectRows(one, true, aside))),
      of(decided.flatMap((one) => objectRows(one, false, aside))),
      of(events.map((event) => eventRow(event, areClaimed && event.delayMs === 0, aside))),
      of(decided.flatMap(stepRows)),
      bodies,
    ],
    letters,
  };
}

function itemRows({ item, open: { task, isBlind }, family, decision }: Decided): object[] {
  const root = rootOf(family);
  const step_id = task.step?.id;
  const key = decision.keep && task.key?.name;
  // What changes nothing does not care whether the family is still the same.
  if (!decision.change) return [{ item, step_id, key }];
  const decided_ms = isBlind ? family.nowMs : undefined;
  return [{ item, step_id, key, root_id: root?.id ?? task.id, version: root?.version, decided_ms }];
}

function answerRows({ item, open: { task }, decision: { keep } }: Decided, aside: Aside): object[] {
  if (!keep || !task.key) return [];
  const { name, fingerprint } = task.key;
  return [{ item, key: name, fingerprint, status: keep.status, body: aside(keep.body) }];
}

function objectRows(
  { item, family, decision: { change } }: Decided,
  newRoots: boolean,
  aside: Aside,
): object[] {
  if (!change) return [];
  return withRoot(change, rootOf(family))
    .filter((object) => newRoots === (object.version === 0 && object.id === object.rootId))
    .map((object) => ({
      item,
      id: object.id,
      root_id: object.rootId,
      provider: object.provider,
      kind: object.kind,
      created: object.created,
      receipt: object.receipt,
      body: aside(JSON.stringify(object.body)),
    }));
}

// The root is written with every change, changed or not: that is what raises its version.
function withRoot(change: Change, root: StoredObject | null): readonly StoredObject[] {
  if (!root || change.objects.some((object) => object.id === root.id)) return change.objects;
  return [root, ...change.objects];
}

interface Told {
  readonly item: number;
  readonly id: string;
  readonly rootId: string;
  readonly provider: StoredObject['provider'];
  readonly body: string;
  readonly copies: number;
  readonly isForged: boolean;
  readonly retryMs: number | null;
  readonly delayMs: number;
}

function eventsOf({ item, family, decision: { change } }: Decided, account: Account): Told[] {
  const delivery = change?.delivery ?? PLAIN_DELIVERY;
  const root = rootOf(family) ?? change?.objects.find((object) => object.id === object.rootId);
  if (!root || delivery.copies === 0) return [];
  const events = (change?.events ?? []).filter(({ type }) => isSent(account, root.provider, type));
  return events.map((event, at) => ({
    item,
    id: event.id,
    rootId: root.id,
    provider: root.provider,
    body: event.body,
    copies: delivery.copies,
    isForged: delivery.forgedFirst,
    retryMs: delivery.retryMs,
    delayMs: delivery.lastFirst ? (events.length - 1 - at) * REORDERED_MS : 0,
  }));
}

const eventRow = (event: Told, isClaimed: boolean, aside: Aside): object => ({
  item: event.item,
  id: event.id,
  root_id: event.rootId,
  provider: event.provider,
  body: aside(event.body),
  copies: event.copies,
  forged_first: event.isForged,
  retry_ms: event.retryMs,
  attempts: isClaimed ? 1 : 0,
  delay_ms: isClaimed ? LEASE_MS : event.delayMs,
});

function stepRows({ item, open, family, decision: { change } }: Decided): object[] {
  return (change?.steps ?? []).map((step) => ({
    item,
    id: step.id,
    root_id: rootOf(family)?.id ?? open.task.id,
    due_ms: family.nowMs + step.delayMs,
    stage: step.stage,
  }));
}
