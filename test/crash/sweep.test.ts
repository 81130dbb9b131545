// A crash at every point: each operation that moves money, at each call that it makes to its database or its provider, before the call
// and after it was carried out, by kill -9, by an error and by a hang from which it wakes when another has gone on; and who comes next:
// the client again, the background work, or the provider's news. Whatever happens, there is one effect, that of an operation that nothing
// happened to. Some of the points meet one fault and one order here, in turns; CRASH_POINTS=all tries all of all.

import { MONEY_LIMITS } from '../../src/limits/rates';
import { recoverApprovals } from '../../src/refunds/decide-approval';
import { returnUnapplied } from '../../src/refunds/return-unapplied';
import { useDatabase } from '../support/pools';
import {
  type Crashing,
  FAULTS,
  type Fault,
  leaveDriver,
  openCrashing,
  type Point,
  watchDriver,
} from './crashing';
import { OPERATIONS, type Operation, type Ready } from './operations';

const ALL = process.env.CRASH_POINTS === 'all';
// So many of an operation's crashes in npm test, which the others share in turns.
const POINTS_MAX = 4;
jest.setTimeout(ALL ? 1_800_000 : 180_000);

const ORDERS = ['retry', 'recovery', 'news'] as const;
type Order = (typeof ORDERS)[number];
/** Who comes first, and then the others. */
const after = (first: Order, hasNews: boolean): Order[] =>
  [first, ...ORDERS.filter((one) => one !== first)].filter((one) => one !== 'news' || hasNews);

const database = useDatabase();
let stand: Crashing;
beforeAll(async () => {
  watchDriver();
  stand = await openCrashing(database.url, {
    ...{ REFUND_APPROVAL_ABOVE: 'INR:3000', ADJUST_APPROVAL_ABOVE: '100', UNAPPLIED_REFUND: 'manual' },
    // One person does all of it.
    ...{ REFUND_APPROVAL_TOTAL_ABOVE: 'INR:900000000', ADJUST_APPROVAL_TOTAL_ABOVE: '900000000' },
    // A lease that is over is made so here.
    PROVIDER_TIMEOUT_MS: '3000',
  });
});
afterAll(async () => {
  await stand.close();
  leaveDriver();
});

/** All that came of a user's operations: here, in the books and at the provider. */
const EFFECTS = `select
  (select json_agg(i.status) from intents i where i.user_id = $1) as intents,
  (select json_agg(row order by row ->> 'kind', row ->> 'account', row ->> 'amount') from (select json_build_object('kind', j.kind,
    'account', e.account, 'unit', e.unit, 'amount', e.amount) as row from journal j join entries e on e.journal_id = j.id
    where j.user_id = $1 or j.intent_id in (select id from intents where user_id = $1)) x) as books,
  (select json_agg(json_build_array(h.status, h.credits, h.held) order by h.id) from holds h where h.user_id = $1) as holds,
  (select json_agg(json_build_array(r.status, r.amount_minor, r.credits_revoked, r.credits_frozen)) from refunds r
    join intents i on i.id = r.intent_id where i.user_id = $1) as refunds,
  (select json_agg(d.status) from disputes d join intents i on i.id = d.intent_id where i.user_id = $1) as disputes,
  (select json_agg(r.status) from risk_reviews r where r.user_id = $1) as reviews,
  (select json_agg(json_build_array(b.kind, b.status) order by b.id) from breaks b
    join intents i on i.id = b.intent_id where i.user_id = $1) as breaks,
  (select json_build_array(balance, held, frozen, owed) from wallets where user_id = $1) as wallet,
  (select json_agg(row order by row ->> 0) from (select json_build_array(o.kind, count(*)) as row from simulator.objects o
    where o.root_id in (select root.id from simulator.objects root join intents i on i.user_id = $1
      and i.id in (root.body #>> '{metadata,intent_id}', root.body #>> '{notes,intent_id}')) group by o.kind) x) as objects,
  (select sum(b.amount)::text from simulator.balance_entries b join intents i on i.user_id = $1
    and i.provider_intent_id = b.root_id) as money,
  (select json_agg(json_build_array(s.kind, s.fee_minor, s.booked_minor, s.journal_id is not null)) from settlement_entries s
    join intent_payments p on p.provider_payment_id = s.key join intents i on i.id = p.intent_id where i.user_id = $1) as fees,
  (select json_agg(json_build_array(o.booked_minor = -o.net_minor, j.kind)) from settlement_entries o left join journal j
    on j.id = o.journal_id where o.kind = 'payout' and o.payout_id in (select s.payout_id from settlement_entries s
      join intent_payments p on p.provider_payment_id = s.key join intents i on i.id = p.intent_id where i.user_id = $1)) as payouts,
  -- What runs have posted is what they say of each of the provider's lines that they have posted.
  (select sum(e.amount) from entries e where e.account = 'fees')
    = (select -sum(s.booked_minor) from settlement_entries s where s.kind <> 'payout') as fees_agree,
  (select sum(e.amount) from entries e where e.account = 'bank')
    = (select -sum(s.booked_minor) from settlement_entries s where s.kind = 'payout') as payouts_agree`;
const effectsOf = async (userId: string) => (await stand.rows(EFFECTS, [userId]))[0] ?? {};

/** What a process that died had taken is free for others, as it is after a while. */
async function passLeases(): Promise<void> {
  const tables = ['intents', 'refunds', 'webhook_events', 'jobs'];
  for (const table of tables)
    await stand.rows(
      `update ${table} set lease_until = clock_timestamp() - interval '1 second'
       where id in (select id from ${table} where lease_until > clock_timestamp() for update skip locked)`,
    );
  await stand.rows(
    `update approvals set decided_at = decided_at - interval '1 minute' where status = 'approved'`,
  );
  await stand.rows(`update quarantine set retry_at = clock_timestamp()`);
}

async function next(order: Order, { act, recover }: Ready): Promise<void> {
  const { survivor } = stand;
  if (order === 'news') return stand.news(survivor);
  await passLeases();
  if (order === 'retry') {
    for (let tries = 0; tries < 5; tries++) {
      const payload = (await act(survivor).catch((error) => ({ errors: [{ code: String(error) }] }))) as any;
      const code = payload?.errors?.[0]?.code;
      // Somebody is at it, or holds a lock until its connection is given up.
      if (!code || !/IN_PROGRESS|PROVIDER_UNAVAILABLE|lock timeout|terminated/.test(code)) return;
      await passLeases();
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    // Then it is for whoever comes next.
    return;
  }
  await survivor.deps.passTime();
  await recoverApprovals(survivor.deps);
  await returnUnapplied(survivor.deps).catch(() => undefined);
  await recover?.(survivor);
}

interface Tried {
  readonly userId: string;
  readonly calls: readonly string[];
}

async function tried(operation: Operation, point: Point | null, fault: Fault, first: Order): Promise<Tried> {
  const ready = await operation.prepare(stand);
  stand.gate.arm(point, fault);
  const acting = ready.act(stand.victim).catch(() => undefined);
  // One that hangs holds its caller as long; what comes next does not wait for it.
  if (fault === 'hang' && point)
    await Promise.race([acting, new Promise((resolve) => setTimeout(resolve, 150))]);
  else await acting;
  const calls = [...stand.gate.calls];
  if (fault !== 'hang') stand.gate.disarm();
  for (const one of after(first, operation.hasNews)) await next(one, ready);
  stand.gate.disarm();
  await acting;
  // And once more, after the one that woke.
  for (const one of after(first, operation.hasNews)) await next(one, ready);
  return { userId: ready.userId, calls };
}

const table: string[] = [];
afterAll(() => {
  process.stdout.write(`${table.join('\n')}\n`);
});

let turn = 0;
/** Faults and orders that a point meets: all, or the next ones. */
function meetings(hasNews: boolean): [Fault, Order][] {
  const orders = ORDERS.filter((order) => order !== 'news' || hasNews);
  if (ALL) return FAULTS.flatMap((fault) => orders.map((order): [Fault, Order] => [fault, order]));
  turn += 1;
  return [
    [
      FAULTS[turn % FAULTS.length] as Fault,
      orders[Math.floor(turn / FAULTS.length) % orders.length] as Order,
    ],
  ];
}

/** Every point, or some of them: spread over the calls, and others each time an operation has others. */
function pointsOf(calls: readonly string[]): Point[] {
  const all = calls.flatMap((_, call) => [false, true].map((isDone): Point => ({ call, isDone })));
  const every = ALL ? 1 : Math.max(1, Math.floor(all.length / POINTS_MAX));
  return all.filter((_, at) => at % every === every - 1);
}

const difference = (found: Record<string, unknown>, expected: Record<string, unknown>): string[] =>
  Object.keys(expected)
    .filter((name) => JSON.stringify(found[name]) !== JSON.stringify(expected[name]))
    .map((name) => `${name} ${JSON.stringify(found[name])}, not ${JSON.stringify(expected[name])}`);

it.each(Object.entries(OPERATIONS))('%s has one effect, wherever it crashes', async (name, operation) => {
  const clean = await tried(operation, null, 'throw', 'retry');
  const expected = await effectsOf(clean.userId);
  expect(clean.calls.length).toBeGreaterThan(0);
  let cases = 0;
  const wrong: string[] = [];
  for (const { call, isDone } of pointsOf(clean.calls))
    for (const [fault, order] of meetings(operation.hasNews)) {
      cases += 1;
      const { userId } = await tried(operation, { call, isDone }, fault, order);
      const place = `${fault} ${isDone ? 'after' : 'before'} ${clean.calls[call]}, ${order} first`;
      wrong.push(...difference(await effectsOf(userId), expected).map((what) => `${place}: ${what}`));
    }
  table.push(
    `  ${name.padEnd(40)} ${String(clean.calls.length).padStart(3)} calls ${String(cases).padStart(4)} crashes ${wrong.length === 0 ? 'one effect each' : `${wrong.length} WRONG`}`,
  );
  expect(wrong).toEqual([]);
});

it('has a row for each operation that moves money, and posts each kind of posting that an operation makes', async () => {
  // They write files, say what may be given, or hand over what syncIntent finds by itself.
  const others = [
    'startExport',
    // Its sets are calls of grantCredits, which has a row; what is between two is tried in grants/import-job.
    'startGrantsImport',
    'resumeJob',
    'saveCampaign',
    'savePromoCode',
    'setLowBalance',
    'setSpendLimit',
    'confirmPayment',
    // Binds nobody by itself.
    'attachDisputeFile',
  ];
  const rows = Object.keys(OPERATIONS).join(' ');
  expect(Object.keys(MONEY_LIMITS).filter((name) => !others.includes(name) && !rows.includes(name))).toEqual(
    [],
  );

  // What settles a break, as money back does, or goes the way of another row, in the same statement.
  const apart = ['correction', 'debt_payment', 'refund_reversal', 'chargeback_reversal'];
  const [kinds] = await stand.rows(
    `select array(select distinct (regexp_matches(pg_get_functiondef('is_posting_kind'::regproc), '''([a-z_]+)''', 'g'))[1]) as known,
       array(select distinct kind from journal) as posted`,
  );
  expect(
    kinds?.known.filter((kind: string) => !apart.includes(kind) && !kinds.posted.includes(kind)),
  ).toEqual([]);
});
