// What a restore to a moment ago took of what clients had been told, and whether the providers' money is all here again.
import type pg from 'pg';
import type { Clients } from './faults/fault';
import type { History, Operation, Verb } from './history';

const POSTED = `select 'ctx_' || id as id from journal where id in (select substr(told, 5)::bigint from unnest($1::text[]) told)`;

/** What of these is here. */
const HERE: Readonly<Record<Verb, string>> = {
  buy: 'select id from intents where id = any($1)',
  cancel: `select id from intents where id = any($1) and (status = 'canceled' or cancel_requested_at is not null)`,
  hold: 'select id from holds where id = any($1)',
  release: `select id from holds where id = any($1) and status = 'released'`,
  refund: 'select id from refunds where id = any($1)',
  spend: POSTED,
  settle: POSTED,
  adjust: POSTED,
};

const names = ({ verb, user, told }: Operation) => `${verb} of ${user}, ${told?.id}`;

/**
 * Marks what was told and is gone. Asked of the restored database before anything works on it.
 * @param momentMs when the moment was named, on the clock of performance.now(): what was told before is to be here
 */
export async function markLost(history: History, ours: pg.Client, momentMs: number): Promise<Operation[]> {
  const lost: Operation[] = [];
  for (const [verb, statement] of Object.entries(HERE)) {
    const told = history.standing.filter((one) => one.verb === verb);
    const ids = told.flatMap((one) => one.told?.id ?? []);
    const { rows } = await ours.query(statement, [ids]);
    const here = new Set(rows.map(({ id }) => id));
    for (const one of told) {
      const id = one.told?.id ?? null;
      // Nothing tells whether a refusal is still kept: one of after the moment may be another answer next time.
      const isHere = id === null ? one.toldAtMs < momentMs : here.has(id);
      if (isHere) continue;
      one.isLost = true;
      lost.push(one);
      if (one.toldAtMs < momentMs)
        history.violations.push(
          `${names(one)}, was told before the moment, and the restored database has it not`,
        );
    }
  }
  return lost;
}

export interface Money {
  /** Purchases of which the provider has an object, and that are unknown here. */
  readonly unknown: readonly string[];
  /** Of all, those that were paid there in full. */
  readonly paid: readonly string[];
  /** Of those, the ones that have not brought their credits here. */
  readonly missing: readonly string[];
}

const THEIRS = `
  select coalesce(o.body #>> '{metadata,intent_id}', o.body #>> '{notes,intent_id}') as id,
    coalesce(o.body ->> 'status', '') = 'canceled' as canceled,
    (select count(*) from simulator.balance_entries b where b.root_id = o.id and b.category in ('charge', 'payment')) as payments
  from simulator.objects o where o.kind in ('payment_intent', 'order')`;
const OURS = `
  select i.id, i.status, (select count(*) from journal j where j.kind = 'grant' and j.reference = i.id)::integer as grants
  from intents i`;

/** Holds the providers' purchases against ours. @param among what is looked at; null: all that is there now */
export async function moneyOf(
  { history }: Clients,
  ours: pg.Client,
  theirs: pg.Client,
  among: ReadonlySet<string> | null,
): Promise<Money> {
  const there = (await theirs.query(THEIRS)).rows.filter(({ id }) => id && (among === null || among.has(id)));
  const here = new Map((await ours.query(OURS)).rows.map((row) => [row.id, row]));
  const unknown = there.filter(({ id, canceled }) => !canceled && !here.has(id)).map(({ id }) => id);
  // Short payments bring nothing, and are the business of the judge at the end.
  const paid = there
    .filter(({ id, payments }) => Number(payments) === 1 && history.purchases.get(id)?.isPaid)
    .map(({ id }) => id);
  const missing = paid.filter((id) => {
    const { status, grants } = here.get(id) ?? {};
    return status !== 'succeeded' || grants !== 1;
  });
  return { unknown, paid, missing };
}

/** Tells buyers' pages what is gone for good, and which purchases are nobody's. */
export async function markPurchases(
  { history, watchers }: Clients,
  ours: pg.Client,
  lostMade: readonly string[],
): Promise<void> {
  const { rows } = await ours.query('select id from intents where id = any($1)', [
    [...history.purchases.keys()],
  ]);
  const here = new Set(rows.map(({ id }) => id));
  for (const purchase of history.purchases.values()) if (!here.has(purchase.id)) purchase.isGone = true;
  for (const id of lostMade) if (!history.purchases.has(id)) history.nobodys.add(id);
  for (const watcher of watchers) watcher.reload();
}
