// After the last fault: what clients were not told yet they ask for again, and what the gateway does by itself is waited for.
import { setTimeout as pause } from 'node:timers/promises';
import type { Facts } from './judge';

// A lease of what a dead process held, 24 s here, and a second one, and what a provider sends again in between.
const SETTLE_WITHIN_MS = 120_000;
// An event that failed again and again waits longer each time, minutes after a storm of ten: it is given so much after its time, and a
// quarter of an hour at most.
const WORKED_WITHIN_MS = 30_000;
const PATIENCE_MS = 900_000;
const LOOK_EVERY_MS = 500;
const PARALLEL = 8;

const NEXT_TRY = `
  select greatest(0, extract(epoch from max(lease_until) - clock_timestamp()) * 1000)::float8 as ms
  from webhook_events where status = 'failed' and processed_at is null`;
const OPEN = `
  select (select count(*) from webhook_events where status in ('received', 'processing', 'failed', 'parked')
      and processed_at is null)::integer as events,
    (select count(*) from refunds where status = 'pending')::integer as refunds,
    (select count(*) from deliveries where status in ('pending', 'failed'))::integer as deliveries,
    (select count(*) from quarantine)::integer as quarantined,
    (select count(*) from intents where id = any($1) and status <> 'succeeded')::integer as purchases`;

/** @returns false where time was over first */
export async function settle(facts: Facts, say: (line: string) => void): Promise<boolean> {
  const { history, caller } = facts;
  const untilMs = performance.now() + SETTLE_WITHIN_MS;
  await each(
    history.operations.filter(({ told }) => told === null),
    (operation) => caller.persist(operation, untilMs),
  );
  for (const { told, input } of history.operations.filter(({ verb }) => verb === 'buy')) {
    const id = told?.id;
    if (!id || history.purchases.has(id)) continue;
    const user = history.operations.find((one) => one.told?.id === id)?.user ?? String(input['userId']);
    history.purchases.set(id, {
      user,
      id,
      credits: 0,
      isPaid: false,
      isShort: false,
      isCanceled: false,
      isGone: false,
    });
  }
  const paid = [...history.purchases.values()].filter(({ isPaid }) => isPaid);
  say(`${paid.length} purchases are paid; pages look at theirs`);
  await each(paid, ({ user, id }) =>
    caller.ask(user, 'user', 'mutation S($id: ID!) { syncIntent(input: {id: $id}) { intent { status } } }', {
      id,
    }),
  );
  const isSettled = await quiet(
    facts,
    paid.map(({ id }) => id),
    untilMs,
    say,
  );
  for (const provider of ['stripe', 'razorpay']) await reconcile(facts, provider);
  return isSettled && (await quiet(facts, [], performance.now() + 30_000, say));
}

async function quiet(
  facts: Facts,
  paid: string[],
  untilMs: number,
  say: (line: string) => void,
): Promise<boolean> {
  const ours = await facts.stage.postgres.owner();
  let [said, latestMs] = ['', untilMs];
  try {
    for (;;) {
      const { rows } = await ours.query(OPEN, [paid]);
      const left = Object.entries(rows[0]).filter(([, count]) => count !== 0);
      const missing = facts.watchers.filter(
        ({ watched, from }) => watched.name.startsWith('balance') && from < 0,
      );
      if (left.length === 0 && missing.length === 0) {
        // What was committed last is on its way to who watches.
        await pause(3_000);
        return true;
      }
      const next = Number((await ours.query(NEXT_TRY)).rows[0]?.ms ?? 0);
      if (next > 0) latestMs = Math.max(latestMs, performance.now() + next + WORKED_WITHIN_MS);
      if (performance.now() > Math.min(latestMs, untilMs + PATIENCE_MS)) return false;
      const now = left.map(([what, count]) => `${count} ${what}`).join(', ');
      if (now !== said) say(`open: ${now}`);
      said = now;
      await pause(LOOK_EVERY_MS);
    }
  } finally {
    await ours.end();
  }
}

/** The books of the last day against the provider's: what differs is a break, and a break is one promise less. */
async function reconcile({ caller, stage }: Facts, provider: string): Promise<void> {
  const range = { gte: new Date(Date.now() - 86_400_000).toISOString(), lt: new Date().toISOString() };
  const data = await caller.ask(
    'admin_1',
    'admin',
    'mutation R($input: StartReconciliationInput!) { startReconciliation(input: $input) { run { id } errors { message } } }',
    { input: { provider, range } },
  );
  if (!data?.startReconciliation.run) throw new Error(`No reconciliation: ${JSON.stringify(data)}`);
  const ours = await stage.postgres.owner();
  try {
    for (let tries = 0; tries < 100; tries++) {
      const { rows } = await ours.query(`select 1 from jobs where status in ('queued', 'running')`);
      if (rows.length === 0) return;
      await pause(300);
    }
  } finally {
    await ours.end();
  }
}

async function each<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const left = [...items];
  const worker = async () => {
    for (let item = left.pop(); item; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL }, worker));
}
