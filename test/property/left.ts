// What a history left in the database, so that two versions of the gateway can be compared over the same history: everything
// but instants, with the ids, which differ from run to run, told by the order in which they were made.
import type pg from 'pg';

type Value = string | number | boolean | null | Value[] | { [key: string]: Value };
type Row = Record<string, Value>;

/** Tables whose rows have names of their own, oldest first: what the others are told by. */
const NAMED: Readonly<Record<string, string>> = {
  intent: 'select id from intents where user_id = $1 order by created_at, id',
  // Two may be made in the same millisecond; their first events are numbered.
  hold: `select h.id from holds h where h.user_id = $1
    order by (select min(e.id) from events e where e.subject = h.id)`,
  refund: `select r.id from refunds r join intents i on i.id = r.intent_id where i.user_id = $1
    order by r.created_at, r.id`,
  dispute: 'select id from disputes where user_id = $1 order by opened_at, id',
  review: 'select id from risk_reviews where user_id = $1 order by opened_at, decided_at, id',
};
const NUMBERED: Readonly<Record<string, string>> = {
  posting: 'select id from journal where user_id = $1 order by id',
  lot: 'select id from lots where user_id = $1 order by id',
  decision: 'select id from risk_decisions where user_id = $1 order by id',
};

/** What is compared: each user's rows, in any order. */
const TABLES: Readonly<Record<string, string>> = {
  journal: 'select * from journal where user_id = $1',
  entries: 'select e.* from entries e join journal j on j.id = e.journal_id where j.user_id = $1',
  lots: 'select * from lots where user_id = $1',
  wallets: 'select * from wallets where user_id = $1',
  holds: 'select * from holds where user_id = $1',
  hold_lots: 'select x.* from hold_lots x join lots l on l.id = x.lot_id where l.user_id = $1',
  frozen_lots: 'select x.* from frozen_lots x join lots l on l.id = x.lot_id where l.user_id = $1',
  revoked_lots: 'select x.* from revoked_lots x join lots l on l.id = x.lot_id where l.user_id = $1',
  idempotency_keys:
    'select operation, caller_kind, outcome, journal_id, result_id from idempotency_keys where user_id = $1',
  intents: 'select * from intents where user_id = $1',
  intent_payments:
    'select p.* from intent_payments p join intents i on i.id = p.intent_id where i.user_id = $1',
  refunds: 'select r.* from refunds r join intents i on i.id = r.intent_id where i.user_id = $1',
  disputes: 'select * from disputes where user_id = $1',
  risk_reviews: 'select * from risk_reviews where user_id = $1',
  breaks: 'select b.* from breaks b join intents i on i.id = b.intent_id where i.user_id = $1',
  wallet_events: `select * from events where subject = 'wallet:' || $1`,
  hold_events: 'select e.* from events e join holds h on h.id = e.subject where h.user_id = $1',
  intent_events: 'select e.* from events e join intents i on i.id = e.subject where i.user_id = $1',
};

// Written at another instant, by another transaction, or by chance, in every run; a number of another user's; or `remaining` in
// another word.
const BY_CHANCE =
  /^(used_up|parent_lot_id|.*_at|at|.*At|.*_until|xid|epoch|.*_token|input_hash|key|key_hash|idempotency_key|client_secret.*|opened)$/;
const NUMBER_OF: Readonly<Record<string, string>> = {
  journal_id: 'posting',
  grant_journal_id: 'posting',
  journalId: 'posting',
  reversal_of: 'posting',
  lot_id: 'lot',
  risk_decision_id: 'decision',
};

/** @returns for each user, by table, its rows as sorted lines of JSON. */
export async function leftBehind(
  owner: pg.Client,
  users: readonly string[],
): Promise<Record<string, string[]>[]> {
  const left: Record<string, string[]>[] = [];
  for (const user of users) left.push(await leftTo(owner, user));
  return left;
}

async function leftTo(owner: pg.Client, user: string): Promise<Record<string, string[]>> {
  const names = new Map<string, string>([[user, 'the user']]);
  for (const [kind, text] of Object.entries(NAMED))
    for (const [at, { id }] of (await owner.query(text, [user])).rows.entries())
      names.set(String(id), `${kind} ${at + 1}`);
  const numbers: Record<string, Map<string, string>> = {};
  for (const [kind, text] of Object.entries(NUMBERED)) {
    const { rows } = await owner.query(text, [user]);
    numbers[kind] = new Map(rows.map(({ id }, at) => [String(id), `${kind} ${at + 1}`]));
  }
  const tell = teller(names, numbers);
  const left: Record<string, string[]> = {};
  for (const [table, text] of Object.entries(TABLES)) {
    const { rows } = await owner.query(`select to_jsonb(x) as row from (${text}) x`, [user]);
    left[table] = rows.map(({ row }) => JSON.stringify(tell(table, row))).sort();
  }
  return left;
}

function teller(names: ReadonlyMap<string, string>, numbers: Record<string, Map<string, string>>) {
  const numberOf = (kind: string, value: Value) => numbers[kind]?.get(String(value)) ?? value;
  const text = (value: string) => {
    let told = value;
    for (const [id, name] of names) told = told.replaceAll(id, name);
    return told
      .replace(/\blot:(\d+):/, (_, id) => `${numberOf('lot', id)}:`)
      .replace(/:transfer:\d+/, ':transfer:')
      .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'uuid')
      .replace(/ref_[0-9a-f]{32}/g, 'a refund');
  };
  const value = (key: string, given: Value): Value => {
    if (given === null || typeof given === 'boolean') return given;
    const kind = NUMBER_OF[key];
    if (kind) return numberOf(kind, given);
    if (typeof given === 'string') return text(given);
    if (Array.isArray(given)) return given.map((item) => value('', item));
    return typeof given === 'object' ? row('', given) : given;
  };
  const row = (table: string, given: Row): Row =>
    Object.fromEntries(
      Object.entries(given)
        .filter(([key]) => !BY_CHANCE.test(key))
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .flatMap(([key, item]): [string, Value][] => {
          if (key !== 'id') return [[key, value(key, item)]];
          if (table === 'journal') return [[key, numberOf('posting', item)]];
          if (table === 'lots') return [[key, numberOf('lot', item)]];
          // Numbers of other tables say nothing but their order.
          return typeof item === 'string' ? [[key, text(item)]] : [];
        }),
    );
  return row;
}
