// Lines of the providers' books that say what no line can say, and lines that come after the run over their time: nothing else
// waits for them, an operator sees them, and the next run makes up for them.
import type { Job } from '../../src/jobs/job.entity';
import { runJob } from '../../src/jobs/run';
import { reconciliation } from '../../src/reconciliation/run';
import { checkHealth } from '../../src/reports/health';
import { useBreaks } from './breaks';
import { PLANTED, paymentIdOf } from './planted-breaks';

const stand = useBreaks();
const PROVIDERS = ['stripe', 'razorpay'] as const;
type Name = (typeof PROVIDERS)[number];

afterEach(() => {
  stand.garble = (_request, body) => body;
});

/** The line of this name says what `broken` makes of it, wherever the provider's books list it. */
function garble(lineId: string, broken: (line: Record<string, unknown>) => unknown) {
  stand.garble = (request, body) => {
    if (!/balance_transactions|recon/.test(request.path)) return body;
    const answer = JSON.parse(body);
    const list = answer.data ? 'data' : 'items';
    const lines = answer[list].map((line: any) =>
      (line.id ?? line.entity_id) === lineId ? broken(line) : line,
    );
    return JSON.stringify({ ...answer, [list]: lines });
  };
}

/** Everything so far was so long ago. */
async function hoursPass(hours: number) {
  const seconds = hours * 3_600;
  await stand.rows('update simulator.balance_entries set created = created - $1, settled = settled - $1', [
    seconds,
  ]);
  await stand.rows(`update settlement_entries set created_at = created_at - $1 * interval '1 second'`, [
    seconds,
  ]);
  await stand.rows(`update intent_payments set seen_at = seen_at - $1 * interval '1 second'`, [seconds]);
  await stand.rows('update unreadable_lines set listed_from = listed_from - $1, listed_to = listed_to - $1', [
    seconds,
  ]);
  await stand.rows(
    `update jobs set input = input || jsonb_build_object('from', (input ->> 'from')::bigint - $1::bigint,
       'to', (input ->> 'to')::bigint - $1::bigint) where kind = 'reconciliation'`,
    [seconds],
  );
}

const planted = async (provider: Name) => {
  const { key } = (await PLANTED['books payment unknown_payment']?.(stand, provider)) ?? { key: '' };
  const [line] = await stand.rows('select id from simulator.balance_entries where source = $1', [key]);
  return { key, line: line?.id as string };
};
const health = async () =>
  (await checkHealth({ pool: stand.app.deps.pool, redis: null })).find(
    ({ name }) => name === 'unreadable_lines',
  );
const isHealthy = { ok: true, detail: null };
const openAbout = (key: string) =>
  stand.rows(`select kind from breaks where provider_entry_id = $1 and status = 'open'`, [key]);

async function settles(provider: Name, key: string) {
  const found = await stand.breakOf(provider, key, 'payment', 'unknown_payment', 'books');
  expect((await stand.resolve(found.id, 'adjust')).errors).toEqual([]);
  // With its fee, though no run over the last days reads its line again.
  const { ours, theirs } = await stand.clearing(provider);
  expect(ours).toEqual(theirs);
  expect((await stand.reconcile(provider)).result).toMatchObject({ broken: 0 });
}

/** A run that opens no break, over the last hour. */
async function dryRun(provider: Name): Promise<Job['status']> {
  const { startReconciliation } = await stand.ask(
    `mutation ($input: StartReconciliationInput!) { startReconciliation(input: $input) { run { id } errors { message } } }`,
    {
      input: {
        provider,
        dryRun: true,
        range: { gte: new Date(Date.now() - 30 * 3_600_000).toISOString(), lt: new Date().toISOString() },
      },
    },
  );
  expect(startReconciliation.errors).toEqual([]);
  const { deps } = stand.app;
  const { id } = startReconciliation.run;
  await runJob(deps, [reconciliation(deps)], id, new AbortController().signal);
  for (let tries = 0; tries < 600; tries++) {
    const [job] = await stand.rows('select status from jobs where id = $1', [id]);
    if (!['queued', 'running'].includes(job?.status)) return job?.status;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('The run does not end');
}

describe.each(PROVIDERS)('A line of the books of %s', (provider) => {
  const amount = provider === 'stripe' ? 'fee' : 'debit';

  test.each<[string, (line: Record<string, unknown>) => unknown]>([
    ['without its money', (line) => ({ ...line, [amount]: undefined })],
    ['whose money is text', (line) => ({ ...line, [amount]: 'twelve' })],
    ['of a currency that is none', (line) => ({ ...line, currency: 'a\0b' })],
    [
      'of a time that no table holds',
      (line) => ({ ...line, [provider === 'stripe' ? 'created' : 'created_at']: 9e15 }),
    ],
    ['that is a text', () => 'nothing'],
    ['that is nothing', () => null],
  ])('%s keeps no other from being judged, is seen, and is made up for days later', async (_, broken) => {
    const bought = await stand.bought({ provider });
    const { key, line } = await planted(provider);
    const other = await planted(provider);
    garble(line, broken);

    await stand.reconcile(provider);
    expect(await openAbout(key)).toEqual([]);
    expect(await openAbout(other.key)).toEqual([{ kind: 'unknown_payment' }]);
    expect(await openAbout(await paymentIdOf(stand, bought))).toEqual([]);
    expect(await health()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('of the providers’ books'),
    });
    await hoursPass(12 * 24);
    await stand.reconcile(provider);
    expect(await openAbout(key)).toEqual([]);
    expect(await health()).toMatchObject({ ok: false });

    stand.garble = (_request, body) => body;
    await stand.reconcile(provider);
    expect(await health()).toMatchObject(isHealthy);
    const [found] = await stand.rows('select id from breaks where provider_entry_id = $1', [other.key]);
    expect((await stand.resolve(`brk_${found?.id}`, 'adjust')).errors).toEqual([]);
    await settles(provider, key);
  });

  it('that cannot be read says nothing against what we booked', async () => {
    const bought = await stand.bought({ provider });
    const key = await paymentIdOf(stand, bought);
    if (provider === 'razorpay') {
      // By now its report must have it.
      await stand.rows(
        `update intent_payments set seen_at = seen_at - interval '7 days 5 minutes' where provider_payment_id = $1`,
        [key],
      );
    }
    const [line] = await stand.rows('select id from simulator.balance_entries where source = $1', [key]);
    garble(line?.id, (read) => ({ ...read, [amount]: null }));

    expect((await stand.reconcile(provider)).result).toMatchObject({ broken: 0 });
    expect(await health()).toMatchObject({ ok: false });

    stand.garble = (_request, body) => body;
    expect((await stand.reconcile(provider)).result).toMatchObject({ broken: 0 });
    expect(await health()).toMatchObject(isHealthy);
  });

  it('that comes after the run over its time is found by the next one, once, also behind a dry run', async () => {
    await stand.bought({ provider });
    await stand.reconcile(provider);
    const [known] = await stand.rows('select max(serial) as serial from simulator.balance_entries');
    const { key } = await planted(provider);
    if (provider === 'razorpay') {
      await stand.bought({ provider });
      await stand.rows(`select simulator.pay_out('razorpay')`);
    }
    // As if all of it had been there before the run.
    await stand.rows(
      'update simulator.balance_entries set created = created - 60, settled = settled - 60 where serial > $1',
      [known?.serial],
    );
    await hoursPass(20);
    expect(await dryRun(provider)).toBe('succeeded');
    expect(await openAbout(key)).toEqual([]);

    await stand.reconcile(provider);

    await settles(provider, key);
    expect(await openAbout(key)).toEqual([]);
  });

  it('that could not be read and is gone is forgotten', async () => {
    const { line } = await planted(provider);
    garble(line, (read) => ({ ...read, [amount]: null }));
    await stand.reconcile(provider);
    expect(await health()).toMatchObject({ ok: false });
    await stand.rows('delete from simulator.balance_entries where id = $1', [line]);
    await hoursPass(12 * 24);

    await stand.reconcile(provider);

    expect(await health()).toMatchObject(isHealthy);
  });

  it('of a time that no run was about is not judged for lying beside one', async () => {
    const { key } = await planted(provider);
    if (provider === 'razorpay') await stand.rows(`select simulator.pay_out('razorpay')`);
    await stand.rows(
      'update simulator.balance_entries set created = created - 1000000, settled = settled - 1000000 where source <> $1',
      [key],
    );
    await stand.rows(`delete from jobs where kind = 'reconciliation'`);
    const hours = provider === 'stripe' ? 12 : 72;
    await stand.rows(
      'update simulator.balance_entries set created = created - $2, settled = settled - $2 where source = $1',
      [key, hours * 3_600],
    );

    await stand.reconcile(provider);

    expect(await openAbout(key)).toEqual([]);
  });
});

it('What a payout was made of, when a line of it could not be read, is added up once it can be', async () => {
  const bought = await stand.bought({ provider: 'stripe' });
  const key = await paymentIdOf(stand, bought);
  const [line] = await stand.rows('select id from simulator.balance_entries where source = $1', [key]);
  const [payout] = await stand.rows(`select simulator.pay_out('stripe') as id`);
  garble(line?.id, (read) => ({ ...read, fee: null }));
  const booked = () =>
    stand.rows(`select reference from journal where reference = 'stripe:' || $1`, [payout?.id]);

  expect((await stand.reconcile('stripe')).result).toMatchObject({ broken: 0 });
  expect(await booked()).toEqual([]);
  await hoursPass(12 * 24);

  stand.garble = (_request, body) => body;
  expect((await stand.reconcile('stripe')).result).toMatchObject({ broken: 0 });
  expect(await booked()).toHaveLength(1);
});
