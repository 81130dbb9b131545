// Runs and breaks as finance sees them.
import type { Caller } from '../../src/callers/caller';
import { startJob } from '../../src/jobs/start';
import { newId } from '../../src/kernel/ids';
import { support, useAsking, user } from './asking';

const asking = useAsking();
const finance: Caller = { id: 'fin_1', role: 'finance' };

const RUNS = `query ($first: Int, $after: String) { admin { reconciliationRuns(first: $first, after: $after) {
  nodes { id provider from to status matched breakCount open: breakCount(status: open) differences { amountMinor currency }
    progress { done total percent } }
  pageInfo { hasNextPage endCursor } } } }`;
const BREAKS = `query ($filter: BreakFilter) { admin { breaks(filter: $filter) { totalCount nodes {
  id runId subject kind status providerEntryId ours { amountMinor currency } theirs { amountMinor currency } suggestedFix
  intent { id } note resolvedBy resolvedAt } } } }`;
const START = `mutation ($input: StartReconciliationInput!) { startReconciliation(input: $input) {
  run { id status provider from to matched breakCount } errors { code message path } } }`;
const RESOLVE = `mutation ($input: ResolveBreakInput!) { resolveBreak(input: $input) {
  break { id status note resolvedBy suggestedFix } errors { code message } } }`;

/** A run that found `breaks` payments of another amount. */
async function runWith(breaks: number): Promise<string> {
  const id = newId('reconciliationRun');
  // One that another test has started is under way, and two over one provider never are.
  await asking.sql(
    `update jobs set status = 'canceled', finished_at = now() where kind = 'reconciliation' and status = 'queued'`,
  );
  const input = { provider: 'stripe', from: 1_760_000_000, to: 1_760_086_400, dryRun: false };
  await startJob(asking.deps, { id, kind: 'reconciliation', input, requestedBy: finance.id });
  await asking.sql(
    `update jobs set status = 'succeeded', finished_at = now(), done = 7, total = 7,
       result = '{"matched": 5, "broken": 2, "differences": {"USD": "-3", "INR": "12"}}' where id = $1`,
    [id],
  );
  await asking.sql(
    `with made as (
       insert into breaks (run_id, subject, kind, provider, provider_entry_id, ours_minor, ours_currency, theirs_minor,
         theirs_currency)
       select $1, 'payment', 'amount_mismatch', 'stripe', $1 || n, 500, 'INR', 499, 'INR' from generate_series(1, $2) n
       returning id)
     insert into run_breaks select $1, id from made`,
    [id, breaks],
  );
  return id;
}

it.each([
  ['nobody', null, 'UNAUTHENTICATED'],
  ['a user', user('u'), 'FORBIDDEN'],
  ['support', support, 'FORBIDDEN'],
])('%s can neither see nor start nor resolve anything of it', async (_, caller, code) => {
  const range = { gte: '2026-01-01T00:00:00Z', lt: '2026-01-02T00:00:00Z' };
  for (const [question, variables] of [
    [RUNS, {}],
    [BREAKS, {}],
    [START, { input: { provider: 'stripe', range } }],
    [RESOLVE, { input: { id: 'brk_1', fix: 'ignore', note: 'x' } }],
  ] as const) {
    const { errors } = await asking.ask(caller, question, variables);
    expect(errors).toMatchObject([{ extensions: { code } }]);
  }
});

it('shows a run, what it found, and its breaks', async () => {
  const id = await runWith(2);
  const { admin } = await asking.data(
    finance,
    `query ($id: ID!) { admin { reconciliationRun(id: $id) { id provider from to status matched breakCount
       differences { amountMinor currency } progress { percent }
       breaks(kind: [amount_mismatch], status: [open]) { totalCount nodes { runId suggestedFix } } } } }`,
    { id },
  );
  expect(admin.reconciliationRun).toEqual({
    id,
    provider: 'stripe',
    from: '2025-10-09T08:53:20.000Z',
    to: '2025-10-10T08:53:20.000Z',
    status: 'succeeded',
    matched: 5,
    breakCount: 2,
    differences: [
      { amountMinor: '12', currency: 'INR' },
      { amountMinor: '-3', currency: 'USD' },
    ],
    progress: { percent: 100 },
    breaks: {
      totalCount: 2,
      nodes: [
        { runId: id, suggestedFix: 'adjust' },
        { runId: id, suggestedFix: 'adjust' },
      ],
    },
  });
});

it('counts the breaks of a page of runs in one statement', async () => {
  for (let n = 0; n < 5; n++) await runWith(n);
  let page: any;
  const statements = await asking.statementsOf(async () => {
    page = (await asking.data(finance, RUNS, { first: 5 })).admin.reconciliationRuns;
  });
  expect(page.nodes.map((node: any) => node.breakCount)).toEqual([4, 3, 2, 1, 0]);
  expect(page.nodes.map((node: any) => node.open)).toEqual([4, 3, 2, 1, 0]);
  // The page, and the counts.
  expect(statements).toBe(2);
  const next = await asking.data(finance, RUNS, { first: 5, after: page.pageInfo.endCursor });
  expect(next.admin.reconciliationRuns.nodes).not.toContainEqual(page.nodes[4]);
});

it('finds breaks by each condition, also those that no run opened', async () => {
  const id = await runWith(1);
  await asking.sql(
    `insert into breaks (subject, kind, provider, provider_entry_id, theirs_minor, theirs_currency, status)
     values ('refund', 'unknown_payment', 'razorpay', 'rfnd_1', 300, 'INR', 'ignored')`,
  );
  const by = async (filter: object) => (await asking.data(finance, BREAKS, { filter })).admin.breaks;

  expect(await by({ runId: id })).toMatchObject({ totalCount: 1, nodes: [{ providerEntryId: `${id}1` }] });
  expect(await by({ runId: 'run_none' })).toEqual({ totalCount: 0, nodes: [] });
  expect(await by({ runId: 'run_seen_razorpay' })).toMatchObject({ totalCount: 1 });
  expect(await by({ runId: 'run_seen_stripe' })).toEqual({ totalCount: 0, nodes: [] });
  for (const filter of [{ kind: ['unknown_payment'] }, { subject: ['refund'] }, { status: ['ignored'] }])
    expect(await by(filter)).toMatchObject({
      totalCount: 1,
      nodes: [
        {
          runId: 'run_seen_razorpay',
          providerEntryId: 'rfnd_1',
          ours: null,
          theirs: { amountMinor: '300', currency: 'INR' },
          suggestedFix: null,
        },
      ],
    });
});

it('shows what was seen as it happened as a run of its own, which is in no list of runs', async () => {
  const RUN = `query ($id: ID!) { node(id: $id) { id ... on ReconciliationRun { provider status from to breakCount
    ignored: breakCount(status: ignored) breaks { totalCount nodes { runId providerEntryId } } } } }`;
  const { node } = await asking.data(finance, RUN, { id: 'run_seen_razorpay' });

  expect(node).toMatchObject({
    id: 'run_seen_razorpay',
    provider: 'razorpay',
    status: 'succeeded',
    breakCount: 1,
    ignored: 1,
    breaks: { totalCount: 1, nodes: [{ runId: 'run_seen_razorpay', providerEntryId: 'rfnd_1' }] },
  });
  expect(Date.parse(node.to)).toBeGreaterThan(Date.parse(node.from));
  const { admin } = await asking.data(finance, RUNS, { first: 50 });
  expect(admin.reconciliationRuns.nodes.filter((run: any) => run.id.startsWith('run_seen'))).toEqual([]);
});

it('starts a run, once, and refuses a range that makes no sense', async () => {
  const input = { provider: 'stripe', range: { gte: '2026-01-01T00:00:00Z', lt: '2026-01-02T00:00:00Z' } };
  const { startReconciliation: started } = await asking.data(finance, START, { input });
  expect(started).toEqual({
    run: {
      id: expect.stringMatching(/^run_/),
      status: 'queued',
      provider: 'stripe',
      from: '2026-01-01T00:00:00.000Z',
      to: '2026-01-02T00:00:00.000Z',
      matched: 0,
      breakCount: 0,
    },
    errors: [],
  });
  expect((await asking.data(finance, START, { input })).startReconciliation).toMatchObject({
    run: null,
    errors: [{ code: 'INVALID_STATE' }],
  });
  for (const range of [
    { gte: '2026-01-01T00:00:00Z' },
    { gte: '2026-01-02T00:00:00Z', lt: '2026-01-01T00:00:00Z' },
    { gte: '2999-01-01T00:00:00Z', lt: '2999-01-02T00:00:00Z' },
    { gte: '2025-01-01T00:00:00Z', lt: '2026-01-01T00:00:00Z' },
  ])
    expect(
      (await asking.data(finance, START, { input: { ...input, range } })).startReconciliation,
    ).toMatchObject({
      run: null,
      errors: [{ code: 'INVALID_INPUT', path: ['input', 'range'] }],
    });
});

it('resolves a break with a note and a name', async () => {
  const id = await runWith(1);
  const { admin } = await asking.data(finance, BREAKS, { filter: { runId: id } });
  const input = { id: admin.breaks.nodes[0].id, fix: 'ignore', note: ' Known. ' };
  // Both sides have the money, and it bought nothing.
  await asking.sql(`update breaks set run_id = null where 'brk_' || id = $1`, [input.id]);

  const { resolveBreak } = await asking.data(finance, RESOLVE, { input });

  expect(resolveBreak).toEqual({
    break: { id: input.id, status: 'ignored', note: 'Known.', resolvedBy: finance.id, suggestedFix: null },
    errors: [],
  });
  const again = await asking.data(finance, RESOLVE, { input });
  expect(again.resolveBreak).toMatchObject({ break: null, errors: [{ code: 'INVALID_STATE' }] });
});

it('finds a run and a break by their ids, for finance only', async () => {
  const id = await runWith(1);
  const { admin } = await asking.data(finance, BREAKS, { filter: { runId: id } });
  const ids = [id, admin.breaks.nodes[0].id];
  const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';

  expect((await asking.data(finance, NODES, { ids })).nodes).toEqual([
    { __typename: 'ReconciliationRun', id },
    { __typename: 'ReconciliationBreak', id: ids[1] },
  ]);
  expect((await asking.data(support, NODES, { ids })).nodes).toEqual([null, null]);
});
