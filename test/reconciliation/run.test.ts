// Runs, and what comes of the breaks that they open.
import { cancelJob } from '../../src/jobs/cancel';
import { waitingDays } from '../../src/jobs/due-days';
import { findJob } from '../../src/jobs/find';
import type { Job } from '../../src/jobs/job.entity';
import { type JobRun, JobStopped } from '../../src/jobs/kind';
import { resumeJob } from '../../src/jobs/resume';
import { runJob } from '../../src/jobs/run';
import { numberedId } from '../../src/kernel/ids';
import { reconcileDueDays } from '../../src/reconciliation/due-days';
import type { BreakFix } from '../../src/reconciliation/fixes';
import { resolveBreak } from '../../src/reconciliation/resolve';
import { reconciliation, type Standing } from '../../src/reconciliation/run';
import { startReconciliation } from '../../src/reconciliation/start';
import { FINANCE, heardOf, type Purchase, paidThere, reconcile, useStand } from './stand';

const stand = useStand();
/** What the simulated Stripe takes of a purchase, in minor units: it is booked with what settles the purchase's break. */
const FEE = 145n;
const { sql } = stand;

const paid = async (count: number): Promise<Purchase[]> => {
  const purchases = await paidThere(stand, 'stripe', count);
  await heardOf(stand, purchases, true);
  return purchases;
};
const openOf = (key: string) =>
  sql<{ id: string; kind: string; status: string; note: string; resolved_by: string }>(
    'select id, kind, status, note, resolved_by from breaks where provider_entry_id = $1',
    [key],
  );
const resolve = (id: string, fix: BreakFix, note = 'Looked at it.') =>
  resolveBreak(stand.deps, FINANCE, { id: numberedId('break', id), fix, note });
const brokenBy = async (key: string) => {
  await reconcile(stand, 'stripe');
  const rows = await openOf(key);
  expect(rows).toHaveLength(1);
  return rows[0]!;
};
const start = (dryRun = false) =>
  startReconciliation(stand.deps, FINANCE, {
    provider: 'stripe',
    range: { gte: new Date(Date.now() - 3_600_000), lt: new Date() },
    dryRun,
  });
const clearing = async () =>
  (await sql(`select sum(amount)::text as total from entries where account = 'clearing_stripe'`))[0]!.total;

test('a run that dies after any of its steps finds and books the same as one that does not', async () => {
  const [one, two] = await paid(8);
  await sql('update simulator.balance_entries set amount = 4000 where source = $1', [one!.paymentId]);
  await sql('delete from simulator.balance_entries where source = $1', [two!.paymentId]);
  await sql(`select simulator.pay_out('stripe', 4)`);
  const { id } = await start();
  const kind = reconciliation(stand.deps);
  const job = (await findJob(stand.deps, id)) as Job;
  let steps = 0;
  for (let checkpoint: unknown = null; ; steps++) {
    let isOver = true;
    // Each process gets one step further: it dies with the second checkpoint, which is never kept.
    let saved = 0;
    const save: JobRun['save'] = async (progress) => {
      if (progress.checkpoint === undefined) return;
      if (++saved > 1) {
        isOver = false;
        throw new JobStopped('killed');
      }
      checkpoint = JSON.parse(JSON.stringify(progress.checkpoint));
    };
    const run = { job: { ...job, checkpoint } as Job, signal: new AbortController().signal, save };
    const result = await kind.run(run).catch((error: unknown) => {
      if (!(error instanceof JobStopped)) throw error;
      return null;
    });
    if (isOver) {
      // A day's slices, and the five steps after them.
      expect(steps).toBeGreaterThan(5);
      expect(result).toEqual({ matched: 7 - 1 + 2, broken: 2, differences: { INR: '-6000' }, foreign: 0 });
      break;
    }
  }
  expect((await openOf(one!.paymentId))[0]).toMatchObject({ kind: 'amount_mismatch', status: 'open' });
  expect((await openOf(two!.paymentId))[0]).toMatchObject({ kind: 'missing_at_provider', status: 'open' });
  const [booked] = await sql(`select (select count(*)::int from journal where kind = 'payout') as payouts,
    (select sum(amount)::text from entries where account = 'bank') as bank`);
  expect(booked).toMatchObject({ payouts: 2 });
  const [said] = await sql(
    `select sum(amount)::text as paid from simulator.balance_entries where category = 'payout'`,
  );
  expect(booked!.bank).toBe(said!.paid);
  await stand.deps.pool.query(`update jobs set status = 'canceled', finished_at = now() where id = $1`, [id]);
  await Promise.all([
    resolve((await openOf(one!.paymentId))[0]!.id, 'adjust'),
    resolve((await openOf(two!.paymentId))[0]!.id, 'adjust'),
  ]);
});

test('a run can be canceled in its middle and goes on from there', async () => {
  await paid(3);
  const { id } = await start();
  const kind = reconciliation(stand.deps);
  const stopping = {
    ...kind,
    run: (run: JobRun) =>
      kind.run({
        ...run,
        save: async (progress) => {
          await run.save(progress);
          if ((progress.checkpoint as Standing | undefined)?.step.phase === 'theirs')
            await cancelJob(stand.deps, FINANCE, id);
        },
      }),
  };
  await runJob(stand.deps, [stopping], id, new AbortController().signal);
  expect(await findJob(stand.deps, id)).toMatchObject({
    status: 'canceled',
    checkpoint: { step: { phase: 'theirs', after: '' }, judged: 0 },
  });

  await resumeJob(stand.deps, FINANCE, id);
  await runJob(stand.deps, [kind], id, new AbortController().signal);
  const done = (await findJob(stand.deps, id)) as Job;
  expect(done).toMatchObject({ status: 'succeeded', result: { broken: 0 } });
  expect(done.done).toBe(done.total);
});

test('two runs over one provider do not run beside each other', async () => {
  const { id } = await start();
  await expect(start()).rejects.toMatchObject({ code: 'INVALID_STATE' });
  await cancelJob(stand.deps, FINANCE, id);
});

test('of runs that are started or resumed at the same moment one is under way, and the others are told so', async () => {
  const underWay = () =>
    sql<{ id: string }>(
      `select id from jobs where kind = 'reconciliation' and status in ('queued', 'running')`,
    );
  const refused = (outcomes: PromiseSettledResult<unknown>[]) =>
    outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));

  const started = refused(await Promise.allSettled([1, 2, 3, 4, 5].map(() => start())));
  expect(started.map(({ code, current }) => [code, current])).toEqual(
    Array(4).fill(['INVALID_STATE', 'running']),
  );
  const [first] = await underWay();
  await cancelJob(stand.deps, FINANCE, first!.id);

  const second = await start();
  await expect(resumeJob(stand.deps, FINANCE, first!.id)).rejects.toMatchObject({
    code: 'INVALID_STATE',
    current: 'running',
  });
  expect(await underWay()).toEqual([{ id: second.id }]);
  await cancelJob(stand.deps, FINANCE, second.id);
});

test('a break that the next run no longer finds is closed by that run, by name', async () => {
  const [purchase] = await paidThere(stand, 'stripe', 1);
  await heardOf(stand, [purchase!], false);
  const item = await brokenBy(purchase!.paymentId);
  expect(item.kind).toBe('missing_here');
  await heardOf(stand, [purchase!], true);

  const next = await reconcile(stand, 'stripe');

  expect(await openOf(purchase!.paymentId)).toMatchObject([
    { status: 'resolved', resolved_by: 'reconciliation', note: `Run ${next.id} no longer found it.` },
  ]);
});

test('what was settled stays settled, until it looks different; then what is left to settle is settled', async () => {
  const [purchase] = await paid(1);
  const cut = (amount: number) =>
    sql('update simulator.balance_entries set amount = $2 where source = $1', [purchase!.paymentId, amount]);
  await cut(4_900);
  const { id } = await brokenBy(purchase!.paymentId);
  await expect(resolve(id, 'ignore')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  const before = BigInt(await clearing());
  await resolve(id, 'adjust', 'The bank kept a rupee.');
  expect(BigInt(await clearing()) - before).toBe(100n + FEE);
  expect((await reconcile(stand, 'stripe')).result).toMatchObject({ broken: 0, differences: {} });
  expect(await openOf(purchase!.paymentId)).toMatchObject([
    { status: 'resolved', note: 'The bank kept a rupee.' },
  ]);

  await cut(4_850);
  expect(await brokenBy(purchase!.paymentId)).toMatchObject({ id, status: 'open' });
  const between = BigInt(await clearing());
  await resolve(id, 'adjust');
  expect(BigInt(await clearing()) - between).toBe(50n);
});

test('a fix is done once, and a break is decided once', async () => {
  await sql(`insert into simulator.balance_entries (id, provider, category, amount, currency, created)
    values ('txn_fee', 'stripe', 'fee', -700, 'inr', simulator.now_ms() / 1000)`);
  const { id } = await brokenBy('txn_fee');
  const before = BigInt(await clearing());

  const outcomes = await Promise.allSettled([resolve(id, 'book_fee'), resolve(id, 'book_fee')]);

  expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
  expect(BigInt(await clearing()) - before).toBe(700n);
  await expect(resolve(id, 'adjust')).rejects.toMatchObject({ code: 'INVALID_STATE' });
  expect(await sql(`select kind, actor, reason from journal where reference = 'stripe:txn_fee'`)).toEqual([
    { kind: 'fee', actor: FINANCE.id, reason: 'Looked at it.' },
  ]);
});

test('a fix that does not fit is refused, and so is one without a reason', async () => {
  const [purchase] = await paid(1);
  await sql('update simulator.balance_entries set amount = 1 where source = $1', [purchase!.paymentId]);
  const { id } = await brokenBy(purchase!.paymentId);

  await expect(resolve(id, 'book_fee')).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    path: ['input', 'fix'],
  });
  await expect(resolve(id, 'adjust', ' ')).rejects.toMatchObject({
    code: 'INVALID_INPUT',
    path: ['input', 'note'],
  });
  await expect(resolve('999999', 'adjust')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(resolve(id, 'refund_at_provider')).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  expect(await openOf(purchase!.paymentId)).toMatchObject([{ status: 'open' }]);
  await resolve(id, 'adjust');
});

test('a fix that the provider does not bear out leaves the break open', async () => {
  const [purchase] = await paidThere(stand, 'stripe', 1);
  await heardOf(stand, [purchase!], false);
  const { id } = await brokenBy(purchase!.paymentId);

  await sql(`delete from simulator.objects where id = $1`, [purchase!.paymentId]);
  await sql(
    `update simulator.objects set body = (body::jsonb || '{"status": "requires_payment_method", "latest_charge": null,
       "amount_received": 0}')::json where id = $1`,
    [purchase!.providerIntentId],
  );

  await expect(resolve(id, 'mark_succeeded')).rejects.toMatchObject({
    code: 'INVALID_STATE',
    current: 'pending',
  });
  await expect(resolve(id, 'apply_to_intent')).rejects.toMatchObject({ code: 'INVALID_STATE' });
  expect(await openOf(purchase!.paymentId)).toMatchObject([
    { status: 'open', note: null, resolved_by: null },
  ]);
  const before = BigInt(await clearing());
  await resolve(id, 'adjust');
  expect(BigInt(await clearing()) - before).toBe(-5_000n + FEE);
  expect((await reconcile(stand, 'stripe')).result).toMatchObject({ broken: 0, differences: {} });
});

test('money that nobody knows is named, and can be written off against adjustments', async () => {
  await sql(`insert into simulator.balance_entries (id, provider, category, source, amount, currency, created)
    values ('txn_foreign', 'stripe', 'charge', 'ch_foreign', 900, 'inr', simulator.now_ms() / 1000)`);
  const item = await brokenBy('ch_foreign');
  expect(item.kind).toBe('unknown_payment');
  const before = BigInt(await clearing());

  await resolve(item.id, 'adjust');

  expect(BigInt(await clearing()) - before).toBe(-900n);
  expect((await reconcile(stand, 'stripe')).result).toMatchObject({ broken: 0 });
});

test('money that bought nothing goes back when a person says so, once', async () => {
  const [purchase] = await paidThere(stand, 'stripe', 1);
  const { intent, providerIntentId, paymentId } = purchase!;
  await heardOf(stand, [purchase!], false);
  // The payer paid less than the price: the provider took what it took.
  const changed = `update simulator.objects set body = replace(replace(body::text, '"amount_captured":5000',
    '"amount_captured":4000'), '"amount_received":5000', '"amount_received":4000')::json where root_id = $1`;
  await sql(changed, [providerIntentId]);
  await sql('update simulator.balance_entries set amount = 4000, fee = 116 where source = $1', [paymentId]);
  await resolve((await brokenBy(paymentId)).id, 'apply_to_intent');
  const unapplied = (await openOf(paymentId)).find(({ kind }) => kind === 'amount_mismatch')!;

  await resolve(unapplied.id, 'refund_at_provider');

  expect((await openOf(paymentId)).map(({ status }) => status)).toEqual(['resolved', 'resolved']);
  const [refund] = await sql('select amount_minor::int, status from refunds where intent_id = $1', [
    intent.id,
  ]);
  expect(refund).toEqual({ amount_minor: 4000, status: 'succeeded' });
  expect((await reconcile(stand, 'stripe')).result).toMatchObject({ broken: 0, differences: {} });
});

test('a payout whose money never left the balance is named, and booked once it does', async () => {
  await paid(2);
  const [payout] = await sql<{ pay_out: string }>(`select simulator.pay_out('stripe')`);
  const id = payout!.pay_out;
  const [movement] = await sql('delete from simulator.balance_entries where source = $1 returning *', [id]);
  const before = BigInt(await clearing());

  const item = await brokenBy(id);

  expect(item.kind).toBe('missing_at_provider');
  const [sides] = await sql(
    'select ours_minor::text as ours, theirs_minor as theirs from breaks where id = $1',
    [item.id],
  );
  expect(sides).toEqual({ ours: String(-movement!.amount), theirs: null });
  // Of the money nothing is booked but the fees of what was sold.
  expect(await sql(`select 1 from journal where reference = $1`, [`stripe:${id}`])).toEqual([]);
  const { serial: _, ...again } = movement as Record<string, unknown>;
  await sql(
    `insert into simulator.balance_entries (${Object.keys(again).join(', ')})
     values (${Object.keys(again)
       .map((_, n) => `$${n + 1}`)
       .join(', ')})`,
    Object.values(again),
  );
  const next = await reconcile(stand, 'stripe');

  expect(await openOf(id)).toMatchObject([
    { status: 'resolved', note: `Run ${next.id} no longer found it.` },
  ]);
  expect(next.result).toMatchObject({ broken: 0 });
  expect(BigInt(await clearing())).toBeGreaterThan(before);
  expect(await sql(`select kind from journal where reference = $1`, [`stripe:${id}`])).toEqual([
    { kind: 'payout' },
  ]);
});

test('a payout that we booked, that is listed, and whose movement is gone is named once', async () => {
  await paid(2);
  const [payout] = await sql<{ pay_out: string }>(`select simulator.pay_out('stripe')`);
  await reconcile(stand, 'stripe');
  await sql('delete from simulator.balance_entries where source = $1', [payout!.pay_out]);

  const run = await reconcile(stand, 'stripe');

  expect(run.result).toMatchObject({ broken: 1 });
  const [item] = await openOf(payout!.pay_out);
  expect(item!.kind).toBe('missing_at_provider');
  await resolve(item!.id, 'adjust');
});

test('a payout that we booked and that is gone altogether is named', async () => {
  await paid(2);
  const [payout] = await sql<{ pay_out: string }>(`select simulator.pay_out('stripe')`);
  await reconcile(stand, 'stripe');
  await sql('delete from simulator.balance_entries where source = $1', [payout!.pay_out]);
  await sql('delete from simulator.objects where id = $1', [payout!.pay_out]);
  await sql('update simulator.balance_entries set payout_id = null, settled = null where payout_id = $1', [
    payout!.pay_out,
  ]);
  const before = BigInt(await clearing());

  const item = await brokenBy(payout!.pay_out);
  expect(item.kind).toBe('missing_at_provider');
  await resolve(item.id, 'adjust');

  const [row] =
    await sql(`select (select sum(amount - fee) from simulator.balance_entries where provider = 'stripe')::text
      as theirs, (select -sum(amount) from entries where account = 'clearing_stripe')::text as ours`);
  expect(BigInt(await clearing())).toBeLessThan(before);
  expect(row!.ours).toBe(row!.theirs);
});

test('after a run our clearing account agrees with the balance at the provider for each of its days', async () => {
  const purchases = await paid(9);
  const keys = purchases.map((purchase) => purchase.paymentId);
  // Spread over four days.
  await sql(
    `update simulator.balance_entries b set created = b.created - 86400 * (k.n / 3)
     from unnest($1::text[]) with ordinality k(id, n) where b.source = k.id`,
    [keys],
  );
  await reconcile(stand, 'stripe', { days: 4 });

  const days = await sql(
    `with mine as (select *, (created_at at time zone 'utc')::date as day from settlement_entries where key = any($1)),
       posted as (
         select distinct m.day, j.id from mine m join journal j
           on j.id = m.journal_id or (j.reference = 'stripe:' || m.key and j.kind = 'receipt'))
     select t.day::text, t.theirs::text, o.ours::text
     from (select day, sum(net_minor) as theirs from mine group by day) t
     join (select p.day, -sum(e.amount) as ours from posted p
           join entries e on e.journal_id = p.id and e.account = 'clearing_stripe' group by p.day) o on o.day = t.day
     order by t.day`,
    [keys],
  );
  expect(days.length).toBeGreaterThanOrEqual(3);
  for (const { day, ours, theirs } of days) expect([day, ours]).toEqual([day, theirs]);
});

test('every day is reconciled at each provider, once and in order, also when nobody was there at the hour', async () => {
  // Runs of other tests would keep the next one waiting, or have done these days already.
  await sql("update jobs set status = 'failed', finished_at = coalesce(finished_at, now())");
  const today = Math.floor(Date.now() / 86_400_000) * 86_400;
  const asked = () =>
    sql(
      `select input ->> 'provider' as provider, ((input ->> 'from')::bigint - $1) / 86400 as day
         from jobs where requested_by = 'schedule' order by created_at, 1`,
      [today],
    );
  await reconcileDueDays(stand.deps);
  expect(await asked()).toEqual([]);

  // Last here four days ago.
  await sql("update due_days set day = day - 4 where work = 'reconciliation'");
  await reconcileDueDays(stand.deps);
  await reconcileDueDays(stand.deps);
  expect((await waitingDays(stand.deps.pool, 'reconciliation')).isLate).toBe(true);
  const days = async () => (await asked()).map(({ provider, day }) => `${provider} ${day}`);
  expect(await days()).toEqual(['razorpay -4', 'stripe -4']);

  for (const day of [-3, -2]) {
    await sql("update jobs set status = 'succeeded', finished_at = now() where requested_by = 'schedule'");
    await reconcileDueDays(stand.deps);
    expect((await days()).slice(-2)).toEqual([`razorpay ${day}`, `stripe ${day}`]);
  }
  // One that failed is tried again before the next.
  await sql("update jobs set status = 'failed', finished_at = now() where status = 'queued'");
  await reconcileDueDays(stand.deps);
  expect(await days()).toHaveLength(6);
  await sql('update due_days set retry_at = now()');
  await reconcileDueDays(stand.deps);
  expect((await days()).slice(-2)).toEqual(['razorpay -2', 'stripe -2']);
});
