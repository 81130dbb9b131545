// Turns decisions into the JSON rows that commit_decisions in schema.sql takes; each row names its item.
import type { Decided } from './decide';
import { isSent } from './endpoint';
import type { Account } from './limits';
import { type Change, PLAIN_DELIVERY, rootOf, type StoredObject } from './objects';

// Longer than a delivery and its work take, so that the order is seen.
const REORDERED_MS = 250;

/** Puts a body aside and answers with its place, counted from 1 as PostgreSQL does. */
type Aside = (body: string) => number;

/** The arguments of commit_decisions: items, answers, new roots, other objects, events, steps, bodies. */
export function rowsOf(decided: readonly Decided[], account: Account): (string | string[])[] {
  const bodies: string[] = [];
  const aside: Aside = (body) => bodies.push(body);
  const of = (rows: (one: Decided) => object[]) => JSON.stringify(decided.flatMap(rows));
  return [
    of(itemRows),
    of((one) => answerRows(one, aside)),
    of((one) => objectRows(one, true, aside)),
    of((one) => objectRows(one, false, aside)),
    of((one) => eventRows(one, account, aside)),
    of(stepRows),
    bodies,
  ];
}

function itemRows({ item, open: { task }, family, decision }: Decided): object[] {
  const root = rootOf(family);
  const step_id = task.step?.id;
  const key = decision.keep && task.key?.name;
  // What changes nothing does not care whether the family is still the same.
  if (!decision.change) return [{ item, step_id, key }];
  return [{ item, step_id, key, root_id: root?.id ?? task.id, version: root?.version }];
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

function eventRows(
  { item, open, family, decision: { change } }: Decided,
  account: Account,
  aside: Aside,
): object[] {
  const delivery = change?.delivery ?? PLAIN_DELIVERY;
  const root = rootOf(family) ?? change?.objects.find((object) => object.id === object.rootId);
  const told = delivery.copies > 0 ? (change?.events ?? []) : [];
  const events = told.filter(({ type }) => root && isSent(account, root.provider, type));
  return events.map((event, at) => ({
    item,
    id: event.id,
    root_id: root?.id ?? open.task.id,
    provider: root?.provider,
    body: aside(event.body),
    copies: delivery.copies,
    forged_first: delivery.forgedFirst,
    retry_ms: delivery.retryMs,
    delay_ms: delivery.lastFirst ? (events.length - 1 - at) * REORDERED_MS : 0,
  }));
}

function stepRows({ item, open, family, decision: { change } }: Decided): object[] {
  return (change?.steps ?? []).map((step) => ({
    item,
    id: step.id,
    root_id: rootOf(family)?.id ?? open.task.id,
    due_ms: family.nowMs + step.delayMs,
    stage: step.stage,
  }));
}
