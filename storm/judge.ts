// What is true when a storm is over, asked of the gateways, of their database and of the providers: each line is a promise that
// was broken. The clients' own notes decide, not what the gateway keeps of itself.
import type pg from 'pg';
import { brokenInvariants } from '../src/credits/verify';
import type { Caller } from './caller';
import type { History, Operation } from './history';
import type { Stage } from './stage';
import type { Watcher } from './watcher';

export interface Facts {
  readonly stage: Stage;
  readonly history: History;
  readonly caller: Caller;
  readonly watchers: readonly Watcher[];
  readonly users: readonly string[];
}

export interface Judged {
  readonly name: string;
  readonly broken: readonly string[];
}

type Judge = (facts: Facts, ours: pg.Client, theirs: pg.Client) => Promise<string[]>;

const PARALLEL = 8;

const JUDGES: Readonly<Record<string, Judge>> = {
  'each operation was told what became of it': async ({ history }) =>
    history.operations
      .filter(({ told }) => told === null)
      .map((one) => `${named(one)}: no answer in ${one.attempts} tries`),
  'no client was told what is not so': async ({ history }) => history.violations,
  'what was acknowledged is there, and a repeat says the same': repeats,
  'a balance is what its user was told': balances,
  'a purchase that was paid brought its credits once': purchases,
  'money that the provider took is money that we know of': payments,
  'the provider has one object for each purchase, and one refund for each of ours': objects,
  'the ledger holds each invariant': async (_, ours) =>
    (await brokenInvariants(ours)).map(({ invariant, subject }) => `${subject}: ${invariant}`),
  'nothing is left half done': leftovers,
  'no live event was missed': events,
  'the back end was told of each purchase': deliveries,
  'no process ended by itself': async ({ stage }) =>
    [...stage.nodes.map(({ program }) => program), stage.simulator].flatMap(({ unexpected }) => unexpected),
};

/** @returns each promise with what broke it */
export async function judge(facts: Facts): Promise<Judged[]> {
  const ours = await facts.stage.postgres.owner();
  const theirs = await facts.stage.providersClient();
  try {
    const judged: Judged[] = [];
    for (const [name, judge] of Object.entries(JUDGES))
      judged.push({ name, broken: await judge(facts, ours, theirs) });
    return judged;
  } finally {
    await ours.end();
    await theirs.end();
  }
}

const named = ({ verb, user, input }: Operation) =>
  `${verb} of ${user} ${JSON.stringify(input['idempotencyKey'] ?? input['id'] ?? '')}`;

async function repeats({ history, caller }: Facts): Promise<string[]> {
  const broken: string[] = [];
  const left = [...history.standing];
  const worker = async () => {
    for (let one = left.pop(); one; one = left.pop()) {
      const again: Operation = { ...one, told: null, attempts: 0 };
      await caller.persist(again, performance.now() + 20_000);
      // What was canceled in one try is not to be canceled in the next, and a hold that was released stays so.
      const isSame = again.told?.id === one.told?.id && again.told?.code === one.told?.code;
      if (!isSame && !isRefusal(one))
        broken.push(`${named(one)} was told ${said(one)} and then ${said(again)}`);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
  return broken;
}

/** Only what was done is kept under its key for good: what was refused for the state of things may be possible later. */
const isRefusal = ({ told, verb }: Operation) => told?.code !== null && verb !== 'spend';
const said = ({ told }: Operation) => JSON.stringify(told);

/** What a user was told of purchases, spends and the rest, and what refunds took, against what the gateway says. */
async function balances({ history, users }: Facts, ours: pg.Client): Promise<string[]> {
  const expected = new Map(users.map((user) => [user, 0]));
  const add = (user: string, credits: number) => expected.set(user, (expected.get(user) ?? 0) + credits);
  for (const { told, delta, input, user } of history.standing)
    if (told?.id) add(String(input['userId'] ?? user), delta);
  for (const { user, credits, isPaid } of history.purchases.values()) if (isPaid) add(user, credits);
  const { rows } = await ours.query(
    `select w.user_id, (w.balance - w.owed)::integer as net, coalesce(r.credits, 0)::integer as revoked
     from wallets w left join (select i.user_id, sum(r.credits_revoked) as credits from refunds r
       join intents i on i.id = r.intent_id where r.status = 'succeeded' group by i.user_id) r on r.user_id = w.user_id`,
  );
  const wallets = new Map(rows.map((row) => [row.user_id, row]));
  return [...expected].flatMap(([user, credits]) => {
    const { net = 0, revoked = 0 } = wallets.get(user) ?? {};
    return net === credits - revoked
      ? []
      : [`${user} has ${net}, and was told ${credits}, less ${revoked} refunded`];
  });
}

async function purchases({ history }: Facts, ours: pg.Client): Promise<string[]> {
  const { rows } = await ours.query(
    `select i.id, i.status, count(j.id)::integer as grants from intents i
     left join journal j on j.kind = 'grant' and j.reference = i.id group by i.id, i.status`,
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const known = [...history.purchases.values()].flatMap(({ id, isPaid }) => {
    const { status = 'absent', grants = 0 } = found.get(id) ?? {};
    const isRight = isPaid ? status === 'succeeded' && grants === 1 : status !== 'succeeded' && grants === 0;
    return isRight ? [] : [`${id} is ${status} with ${grants} grants, and was ${isPaid ? '' : 'not '}paid`];
  });
  const unknown = rows
    .filter(({ id, grants }) => !history.purchases.has(id) && !(history.nobodys.has(id) && grants === 0))
    .map(({ id }) => `${id} is nobody's`);
  return [...known, ...unknown];
}

const PAID = `
  select coalesce(root.body #>> '{metadata,intent_id}', root.body #>> '{notes,intent_id}') as id,
    sum(b.amount) filter (where b.category in ('charge', 'payment'))::bigint as taken,
    count(*) filter (where b.category in ('charge', 'payment'))::integer as payments,
    coalesce(-sum(b.amount) filter (where b.category like '%refund%'), 0)::bigint as returned
  from simulator.balance_entries b join simulator.objects root on root.id = b.root_id
  group by root.id, 1`;

/** The provider's books and ours, purchase by purchase. */
async function payments(_: Facts, ours: pg.Client, theirs: pg.Client): Promise<string[]> {
  const books = await theirs.query(PAID);
  const { rows } = await ours.query(
    `select i.id, i.status, i.amount_minor::text as amount,
       coalesce((select sum(r.amount_minor) from refunds r where r.intent_id = i.id and r.status = 'succeeded'), 0)::text as returned
     from intents i`,
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  const theirsFirst = books.rows.flatMap(({ id, taken, payments, returned }) => {
    const intent = known.get(id);
    if (!intent) return [`the provider took ${taken} for ${id}, which is unknown here`];
    const isBought = intent.status === 'succeeded' && taken === intent.amount && payments === 1;
    // What bought nothing is all back.
    const isBack = intent.status !== 'succeeded' && taken === returned;
    if (!isBought && !isBack)
      return [`${id} is ${intent.status}; of ${taken} in ${payments} payments ${returned} went back`];
    return isBought && returned !== intent.returned
      ? [`${id}: ${returned} went back, and ${intent.returned} here`]
      : [];
  });
  const paid = new Set(books.rows.map(({ id }) => id));
  const unpaid = rows.filter(({ id, status }) => status === 'succeeded' && !paid.has(id));
  return [...theirsFirst, ...unpaid.map(({ id }) => `${id} succeeded and was never paid`)];
}

async function objects({ history }: Facts, ours: pg.Client, theirs: pg.Client): Promise<string[]> {
  const made = await theirs.query(
    `select coalesce(body #>> '{metadata,intent_id}', body #>> '{notes,intent_id}') as id, count(*)::integer as n
     from simulator.objects where kind in ('payment_intent', 'order') group by 1 having count(*) > 1`,
  );
  const refunds = await ours.query(
    `select r.id, r.provider_refund_id as provider from refunds r where r.status = 'succeeded'`,
  );
  const theirRefunds = await theirs.query(`select id from simulator.objects where kind = 'refund'`);
  const ourIds = new Set(refunds.rows.map(({ provider }) => provider));
  const asked = history.standing.filter(({ verb, told }) => verb === 'refund' && told?.id);
  const ids = new Set(asked.map(({ told }) => told?.id));
  return [
    ...made.rows.map(({ id, n }) => `${id} has ${n} objects`),
    ...theirRefunds.rows.filter(({ id }) => !ourIds.has(id)).map(({ id }) => `refund ${id} is unknown here`),
    ...(ids.size === asked.length ? [] : ['two keys were answered with one refund']),
  ];
}

/** What only waits for a moment when the weather is fair. */
async function leftovers(_: Facts, ours: pg.Client): Promise<string[]> {
  const { rows } = await ours.query(
    `select 'webhook event ' || id || ' is ' || status as what from webhook_events where status in ('received', 'failed', 'dead', 'quarantined')
     union all select 'refund ' || id || ' is ' || status from refunds where status = 'pending'
     union all select 'break ' || id || ' is open: ' || kind from breaks where status = 'open'
     union all select 'row ' || row_id || ' of ' || loop || ' is set aside: ' || error from quarantine
     union all select 'job ' || id || ' is ' || status from jobs where status in ('queued', 'running', 'failed')`,
  );
  return rows.map(({ what }) => what);
}

async function events({ history, watchers }: Facts, ours: pg.Client): Promise<string[]> {
  const { rows } = await ours.query(
    `select 'balance ' || user_id as name, version from wallets union all select 'intent ' || id, version from intents`,
  );
  const versions = new Map<string, number>(rows.map(({ name, version }) => [name, version]));
  return watchers.flatMap((watcher) => {
    const { name } = watcher.watched;
    // A purchase that ended completes its stream; what comes later is told elsewhere.
    const to = watcher.isComplete ? watcher.newest : (versions.get(name) ?? 0);
    const missing = watcher.missing(to);
    if (history.purchases.get(name.replace('intent ', ''))?.isGone) return [];
    if (watcher.from < 0) return [`${name}: never a snapshot in ${watcher.connections} connections`];
    if (watcher.gaps > 0) return [`${name}: ${watcher.gaps} gaps told`];
    return missing.length > 0 ? [`${name}: ${missing.length} missing of ${to}, first ${missing[0]}`] : [];
  });
}

async function deliveries({ stage, history }: Facts): Promise<string[]> {
  return [...history.purchases.values()]
    .filter(({ id, isPaid }) => isPaid && !stage.receiver.received.has(`intent.succeeded ${id}`))
    .map(({ id }) => `intent.succeeded of ${id} was never delivered`);
}
