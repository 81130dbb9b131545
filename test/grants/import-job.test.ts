// Files of grants that are given in the background: what a file would come to, what became of it, and each line once whoever gives
// it, however often and wherever it was cut off.
import type { Caller } from '../../src/callers/caller';
import { grantsIn } from '../../src/grants/import-file';
import { importGrants } from '../../src/grants/import-grants';
import { sweepImportSets } from '../../src/grants/import-sets';
import { grantsImportKind } from '../../src/grants/run-grants-import';
import { saveCampaign } from '../../src/grants/save-campaign';
import { cancelJob } from '../../src/jobs/cancel';
import { resumeJob } from '../../src/jobs/resume';
import { runJob } from '../../src/jobs/run';
import { type Answered, useAsking } from '../graphql/asking';

const asking = useAsking();
const finance: Caller = { id: 'fin_1', role: 'finance' };
const HEAD = 'userId,credits,key,reason,expiresAt\n';
const OUTCOME = '{ granted replayed refused unreadable credits refusals { line code message } }';
const START = `mutation ($input: StartGrantsImportInput!) { startGrantsImport(input: $input) {
  import { id campaign requestedBy status } outcome ${OUTCOME} errors { code message path } } }`;
const SHOW = `query ($id: ID!) { node(id: $id) { ... on GrantsImport {
  status progress { done total message } outcome ${OUTCOME} } } }`;

const start = async (file: string, more: object = {}): Promise<Answered> =>
  (await asking.data(finance, START, { input: { campaign: 'gifts', file, ...more } })).startGrantsImport;
const show = async (id: string): Promise<Answered> => (await asking.data(finance, SHOW, { id })).node;
const run = (id: string, signal = new AbortController().signal, deps = asking.deps) =>
  runJob(deps, [grantsImportKind(deps)], id, signal);

async function finish(file: string, more: object = {}): Promise<Answered> {
  const started = await start(file, more);
  expect(started.errors).toEqual([]);
  await run(started.import.id);
  return { id: started.import.id, ...(await show(started.import.id)) };
}

const campaign = (key: string, budgetCredits = 1_000_000n, endsAt: Date | null = null) =>
  saveCampaign(asking.deps, finance, { key, name: key, budgetCredits, endsAt });
const given = (like: string) =>
  asking.sql(
    `select count(*)::int as grants, count(distinct user_id)::int as users, coalesce(sum(credits), 0)::int as credits
     from credit_grants where user_id like $1`,
    [like],
  );
const rows = (count: number, name: string) =>
  HEAD + Array.from({ length: count }, (_, nth) => `${name}_${nth},5,${name}${nth},Welcome,\n`).join('');
const setsOf = (id: string) =>
  asking.sql('select nth from grants_import_sets where import_id = $1 order by nth', [id]);

beforeAll(() => campaign('gifts'));

it('A dry run says of each line what giving it comes to, and writes nothing', async () => {
  await campaign('spring', 100n);
  const before = grantsIn(Buffer.from(`${HEAD}ada,10,known,Hi,\n`), 'csv');
  await importGrants(asking.deps, finance, { campaign: 'spring', lines: before }, async () => {});
  const file = [
    HEAD.trim(),
    'ada,10,known,Hi,',
    'ada,11,known,Hi,',
    'bea,20,twice,Hi,2099-01-01T00:00:00Z',
    'bea,20,twice,Hi,2099-01-01T00:00:00Z',
    'bea,21,twice,Hi,',
    'cid,5,late,Hi,2020-01-01T00:00:00Z',
    'dan,9007199254740991,much,Hi,',
    `eve,1,long,${'x'.repeat(501)},`,
    'fay,1,erased:x,Hi,',
    'wal_01kan0v3v8g2h3x6q9m4t7c5w2,1,shared,Hi,',
    'gil,1,last,Hi,',
    '',
  ].join('\n');
  const standing = () =>
    asking.sql(
      `select (select count(*)::int from credit_grants) as grants, (select count(*)::int from wallets) as wallets,
         (select count(*)::int from jobs) as jobs, (select count(*)::int from grants_import_sets) as sets,
         (select count(*)::int from audit_log) as audited, (select granted_credits::int from campaigns where key = 'spring') as given`,
    );
  const stood = await standing();
  const foreseen = await start(file, { campaign: 'spring', dryRun: true });

  expect(foreseen).toMatchObject({ import: null, errors: [] });
  expect(foreseen.outcome).toMatchObject({ granted: 2, replayed: 2, refused: 7, unreadable: 0, credits: 21 });
  expect(foreseen.outcome.refusals.map(({ line, code }: Answered) => [line, code])).toEqual([
    [3, 'IDEMPOTENCY_CONFLICT'],
    [6, 'IDEMPOTENCY_CONFLICT'],
    [7, 'INVALID_INPUT'],
    [8, 'INVALID_STATE'],
    [9, 'INVALID_INPUT'],
    [10, 'INVALID_INPUT'],
    [11, 'NOT_FOUND'],
  ]);
  expect(await standing()).toEqual(stood);

  const done = await finish(file, { campaign: 'spring' });
  expect(done).toMatchObject({ status: 'succeeded', progress: { done: 11, total: 11 } });
  expect(done.outcome).toEqual(foreseen.outcome);
  // In the name of who started it, as if it had been given by hand.
  expect(
    await asking.sql(
      `select actor, role, action, target_id from audit_log
       where action = 'startGrantsImport' or target_id in ('bea', 'gil') order by id`,
    ),
  ).toEqual([
    { actor: 'fin_1', role: 'finance', action: 'startGrantsImport', target_id: done.id },
    { actor: 'fin_1', role: 'finance', action: 'grantCredits', target_id: 'bea' },
    { actor: 'fin_1', role: 'finance', action: 'grantCredits', target_id: 'gil' },
  ]);
});

it.each([
  ['one that is over', 'over', 100n, 'is over'],
  ['one whose budget does not reach', 'small', 4n, 'is used up'],
])('A dry run out of a campaign like %s says so of each line', async (_, key, budget, said) => {
  await campaign(key, budget, key === 'over' ? new Date('2020-01-01') : null);
  const { outcome } = await start(rows(2, key), { campaign: key, dryRun: true });
  expect(outcome).toMatchObject({ granted: 0, refused: 2, credits: 0 });
  expect(outcome.refusals[1].message).toContain(said);
  expect((await finish(rows(2, key), { campaign: key })).outcome).toEqual(outcome);
});

it('A file with lines that cannot be read gives nothing, and a dry run names all of them beside those that can', async () => {
  const file = `${HEAD}una,1.5,u1,Hi,\nuna,1,u2,Hi,\nuna,1\nuna,1,u3,Card 4111 1111 1111 1111,\n`;
  const { outcome, errors } = await start(file, { dryRun: true });
  expect(errors).toEqual([]);
  expect(outcome).toMatchObject({ granted: 1, refused: 3, unreadable: 3, credits: 1 });
  expect(outcome.refusals.map(({ line }: Answered) => line)).toEqual([2, 4, 5]);
  expect(outcome.refusals[2].message).toContain('Take the card number out');

  const started = await start(file);
  expect(started).toMatchObject({ import: null, outcome: null });
  expect(started.errors).toEqual([
    {
      code: 'INVALID_INPUT',
      message: 'Line 2: credits are a whole number from 1 to 9007199254740991.',
      path: ['input', 'file'],
    },
  ]);
  expect(await given('una')).toEqual([{ grants: 0, users: 0, credits: 0 }]);
});

it.each([
  ['more bytes than a request has place for', `${HEAD}${'x'.repeat(512 * 1024)}`, 'at most 512 KiB'],
  ['more grants than one has place for', rows(10_001, 'm'), 'at most 10000 grants'],
  ['no grants', HEAD, 'has no grants'],
])('A file with %s is not started and not tried', async (_, file, said) => {
  for (const dryRun of [true, false]) {
    const { errors, ...made } = await start(file, { dryRun });
    expect(made).toEqual({ import: null, outcome: null });
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', message: expect.stringContaining(said) }]);
  }
});

it.each([true, false])('A campaign that there is not gives no file anything (dryRun %s)', async (dryRun) => {
  expect((await start(rows(1, 'no'), { campaign: 'none', dryRun })).errors).toMatchObject([
    { code: 'NOT_FOUND', path: ['input', 'campaign'] },
  ]);
});

it('The same file once from a terminal and twice in the background at once gives each line once', async () => {
  const file = rows(300, 'same');
  const jobs = [await start(file), await start(file)];
  const lines = grantsIn(Buffer.from(file), 'csv');
  await Promise.all([
    ...jobs.map((job) => run(job.import.id)),
    importGrants(asking.deps, finance, { campaign: 'gifts', lines }, async () => {}),
  ]);
  expect(await given('same\\_%')).toEqual([{ grants: 300, users: 300, credits: 1500 }]);
  for (const job of jobs) expect((await show(job.import.id)).outcome.refused).toBe(0);
});

it('What ended with its process is carried on by another: 600 lines are given once each, and none is kept behind', async () => {
  const { import: job } = await start(rows(600, 'cut'));
  const ending = new AbortController();
  // Behind the last grant of the second set, before it is written down.
  let calls = 0;
  const deps = {
    ...asking.deps,
    grant: async (row: Parameters<typeof asking.deps.grant>[0]) => {
      const answer = await asking.deps.grant(row);
      if (++calls === 512) ending.abort();
      return answer;
    },
  };
  await run(job.id, ending.signal, deps);
  expect(await show(job.id)).toMatchObject({ status: 'queued', progress: { done: 256, total: 600 } });
  expect(await given('cut\\_%')).toEqual([{ grants: 512, users: 512, credits: 2560 }]);
  expect(await setsOf(job.id)).toEqual([{ nth: 1 }, { nth: 2 }]);

  await run(job.id);
  expect(await show(job.id)).toMatchObject({
    status: 'succeeded',
    progress: { done: 600, total: 600 },
    outcome: { granted: 344, replayed: 256, refused: 0 },
  });
  expect(await given('cut\\_%')).toEqual([{ grants: 600, users: 600, credits: 3000 }]);
  expect(await setsOf(job.id)).toEqual([]);
});

it('One that is canceled gives no further set, and goes on where it was when it is resumed', async () => {
  const { import: job } = await start(rows(600, 'stop'));
  let calls = 0;
  const deps = {
    ...asking.deps,
    grant: async (row: Parameters<typeof asking.deps.grant>[0]) => {
      if (++calls === 256) await cancelJob(asking.deps, finance, job.id);
      return asking.deps.grant(row);
    },
  };
  await run(job.id, undefined, deps);
  expect((await show(job.id)).status).toBe('canceled');
  expect(await given('stop\\_%')).toEqual([{ grants: 256, users: 256, credits: 1280 }]);

  await resumeJob(asking.deps, finance, job.id);
  await run(job.id);
  expect((await show(job.id)).status).toBe('succeeded');
  expect(await given('stop\\_%')).toEqual([{ grants: 600, users: 600, credits: 3000 }]);
});

it('Of many refusals the first 200 are named and all are counted', async () => {
  await campaign('tiny', 5n);
  const { outcome } = await finish(rows(300, 'tiny'), { campaign: 'tiny' });
  expect(outcome).toMatchObject({ granted: 1, refused: 299 });
  expect(outcome.refusals).toHaveLength(200);
});

it('The lines of one that nobody goes on with are let go of after eight days, and it says so when somebody does', async () => {
  const { import: job } = await start(rows(1, 'old'));
  await cancelJob(asking.deps, finance, job.id);
  const ago = (days: number) =>
    asking.sql(
      `update grants_import_sets set written_at = instant() - $2 * interval '1 day' where import_id = $1`,
      [job.id, days],
    );
  await ago(7.9);
  await sweepImportSets(asking.deps.pool);
  expect(await setsOf(job.id)).toHaveLength(1);
  await ago(8.1);
  expect(await sweepImportSets(asking.deps.pool)).toBe(1);

  await resumeJob(asking.deps, finance, job.id);
  await run(job.id);
  const { status, progress } = await show(job.id);
  expect([status, progress.message]).toEqual(['failed', expect.stringContaining('kept no longer')]);
  expect(await given('old\\_%')).toEqual([{ grants: 0, users: 0, credits: 0 }]);
});

it('finance sees the files that were started, the newest first, and support none', async () => {
  const first = await start(`{"userId":"lia","credits":3,"key":"l","reason":"Hi"}\n`, { format: 'jsonl' });
  const second = await start(rows(1, 'lib'));
  const LIST =
    '{ admin { grantsImports(first: 2) { nodes { id campaign requestedBy } totalCount pageInfo { hasNextPage } } } }';
  const { admin } = await asking.data(finance, LIST);
  expect(admin.grantsImports.nodes).toEqual(
    [second, first].map((one) => ({ id: one.import.id, campaign: 'gifts', requestedBy: 'fin_1' })),
  );
  expect(admin.grantsImports.pageInfo).toEqual({ hasNextPage: true });
  const support: Caller = { id: 'sup_1', role: 'support' };
  expect(await asking.data(support, SHOW, { id: first.import.id })).toEqual({ node: null });
});
