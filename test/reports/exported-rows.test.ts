// An export has the rows that its list shows, whatever the filter.
import { audit } from '../../src/callers/audit';
import type { Caller } from '../../src/callers/caller';
import { runJob } from '../../src/jobs/run';
import { fixesOf } from '../../src/reconciliation/fixes';
import { BREAK_KINDS, BREAK_SUBJECTS } from '../../src/reconciliation/match';
import { exportKind } from '../../src/reports/export';
import { type Answered, paidIntents, support, useAsking, user } from '../graphql/asking';
import { exportedText } from '../support/exported';

const asking = useAsking();
const finance: Caller = { id: 'fin_1', role: 'finance' };
const admin: Caller = { id: 'adm_1', role: 'admin' };
// Above 2^53, where a number in JavaScript is no longer exact.
const HUGE = '9007199254740993';
const JANUARY = { gte: '2026-01-01T00:00:00Z', lt: '2026-02-01T00:00:00Z' };

const START =
  'mutation ($input: StartExportInput!) { startExport(input: $input) { export { id } errors { code } } }';
const LINK = 'query ($id: ID!) { node(id: $id) { ... on ExportJob { status downloadUrl } } }';

async function exported(select: object, format: 'csv' | 'jsonl', caller = finance) {
  const { startExport } = await asking.data(caller, START, { input: { select, format } });
  const { id } = startExport.export;
  await runJob(asking.deps, [exportKind(asking.deps)], id, new AbortController().signal);
  return { id: id as string, text: await exportedText(asking.database.pool(), id) };
}

/** The rows, newest first as lists are. */
const rowsOf = async (select: object, caller = finance): Promise<Answered[]> =>
  (await exported(select, 'jsonl', caller)).text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .reverse();

/** The nodes of a list, which takes `given`, e.g. `filter: RefundFilter`. */
async function listed(name: string, given: string, value: unknown, fields: string): Promise<Answered[]> {
  const [argument, type] = given.split(': ');
  const source = `query ($value: ${type}) { admin { ${name}(${argument}: $value) { nodes { ${fields} } } } }`;
  return (await asking.data(finance, source, { value })).admin[name].nodes;
}

/** What rows and nodes have in common: the fields of a node, its money and its intent written as an export does. */
const flat = (nodes: Answered[]) =>
  nodes.map(({ intent, amount, ours, theirs, ...rest }) => ({
    ...rest,
    ...(intent === undefined ? {} : { intentId: intent?.id ?? null }),
    ...(intent?.userId ? { userId: intent.userId } : {}),
    ...(amount ? { amountMinor: amount.amountMinor, currency: amount.currency } : {}),
    ...(theirs === undefined
      ? {}
      : {
          ...{ oursMinor: ours?.amountMinor ?? null, oursCurrency: ours?.currency ?? null },
          ...{ theirsMinor: theirs?.amountMinor ?? null, theirsCurrency: theirs?.currency ?? null },
        }),
  }));

/** Of each row what the nodes have too. */
const same = (rows: Answered[], nodes: Answered[]) => {
  expect(rows).toHaveLength(nodes.length);
  expect(rows).toMatchObject(flat(nodes));
};

// What is planted here claims no credits: nothing was posted for it, and the ledger is verified after each test.
let intents: string[];

beforeAll(async () => {
  intents = [...(await paidIntents(asking, 'ann', 2)), ...(await paidIntents(asking, 'bob', 1))];
});

describe('Refunds', () => {
  const FIELDS =
    'id status reason requestedBy creditsRevoked createdAt completedAt amount { amountMinor currency } intent { id userId }';
  beforeAll(() =>
    asking.sql(
      `insert into refunds (id, intent_id, provider, provider_payment_id, amount_minor, currency, status, requested_by,
         reason, credits_revoked, created_at, completed_at)
       values ('ref_1', $1, 'stripe', 'ch_1', 1250, 'INR', 'succeeded', 'fin_1', '=1+1', 0, '2026-01-10', '2026-01-11'),
              ('ref_2', $2, 'stripe', 'ch_2', ${HUGE}, 'INR', 'pending', 'fin_2', null, 0, '2026-02-10', null),
              ('ref_3', $3, 'stripe', 'ch_3', 500, 'JPY', 'failed', 'policy', 'late', 0, '2026-03-10', '2026-03-11')`,
      intents,
    ),
  );

  it.each([
    [{}, 3],
    [{ status: ['pending', 'failed'] }, 2],
    [{ userId: 'ann' }, 2],
    [{ createdAt: JANUARY }, 1],
  ])('are exported as they are listed by %j', async (filter, count) => {
    const rows = await rowsOf({ refunds: filter });

    same(rows, await listed('refunds', 'filter: RefundFilter', filter, FIELDS));
    expect(rows).toHaveLength(count);
  });

  it('of one intent are that one, digit by digit', async () => {
    expect(await rowsOf({ refunds: { intentId: intents[1] } })).toMatchObject([
      { id: 'ref_2', userId: 'ann', amount: '90071992547409.93', amountMinor: HUGE, currency: 'INR' },
    ]);
  });

  it('have amounts in the digits of their currency, and no formula in CSV', async () => {
    const { text } = await exported({ refunds: {} }, 'csv');

    expect(text).toContain(',12.50,1250,INR,');
    expect(text).toContain(',500,500,JPY,');
    expect(text).toContain(",'=1+1,");
  });
});

describe('Holds', () => {
  const FIELDS = 'id userId status credits settledCredits reason reference metadata createdAt expiresAt';
  const LIST = `query ($userId: ID, $status: [HoldStatus!], $reference: String, $metadata: MetadataFilter) {
    holds(userId: $userId, status: $status, reference: $reference, metadata: $metadata) { nodes { ${FIELDS} } } }`;
  const film = { reference: 'film-1', metadata: { model: 'film' } };
  const hold = async (given: object) => {
    const input = {
      userId: 'ann',
      credits: 2,
      reason: '=film',
      idempotencyKey: JSON.stringify(given),
      ...given,
    };
    const { holdCredits } = await asking.data(
      { id: 'shop', role: 'service' },
      'mutation ($input: HoldCreditsInput!) { holdCredits(input: $input) { hold { id } errors { message } } }',
      { input },
    );
    expect(holdCredits.errors).toEqual([]);
    return holdCredits.hold.id as string;
  };
  let [open, ranOut, released] = ['', '', ''];
  beforeAll(async () => {
    open = await hold({ ...film });
    ranOut = await hold({ metadata: { model: 'song' } });
    released = await hold({ reference: 'film-2', credits: 3 });
    await hold({ userId: 'bob' });
    await asking.data(
      support,
      'mutation ($id: ID!) { releaseHold(input: { id: $id }) { errors { code } } }',
      { id: released },
    );
    // Nobody has worked it yet: the export has to see by itself that its time is over.
    await asking.sql(
      `update holds set created_at = instant() - interval '2 h', expires_at = instant() - interval '1 h' where id = $1`,
      [ranOut],
    );
  });

  it.each([
    [{ status: ['open'] }, () => [open]],
    [{ status: ['expired'] }, () => [ranOut]],
    [{ status: ['open', 'expired'] }, () => [open, ranOut]],
    [{ status: ['released'] }, () => [released]],
    [{ status: null }, () => [released, open, ranOut]],
    [{ status: null, reference: 'film-1' }, () => [open]],
    [{ status: null, metadata: { key: 'model', value: 'song' } }, () => [ranOut]],
  ])('are exported as they are listed by %j, the one that ran out as expired', async (filter, meant) => {
    const rows = await rowsOf({ holds: { userId: 'ann', ...filter } });
    const { holds } = await asking.data(support, LIST, { userId: 'ann', ...filter });

    same(rows, holds.nodes);
    expect(rows.map(({ id }) => id)).toEqual(meant());
    expect(
      rows.every(({ createdBy, createdByRole }) => `${createdByRole} ${createdBy}` === 'service shop'),
    ).toBe(true);
  });

  it('are exported of all users, by when they were made, and hold no formula in CSV', async () => {
    expect(await rowsOf({ holds: {} })).toHaveLength(4);
    expect(await rowsOf({ holds: { createdAt: JANUARY } })).toEqual([]);
    expect((await exported({ holds: { reference: 'film-1' } }, 'csv')).text).toContain(`,'=film,`);
  });
});

describe('Disputes', () => {
  const FIELDS =
    'id status reason creditsFrozen respondBy openedAt closedAt amount { amountMinor currency } intent { id userId }';
  beforeAll(async () => {
    await asking.sql(
      `insert into disputes (id, provider, provider_dispute_id, provider_payment_id, intent_id, user_id, status,
         amount_minor, currency, credits_frozen, reason, respond_by, opened_at, closed_at)
       values ('dsp_1', 'stripe', 'dp_1', 'ch_1', $1, 'ann', 'open', ${HUGE}, 'INR', 0, '@fraud', '2026-02-01', '2026-01-10', null),
              ('dsp_2', 'stripe', 'dp_2', 'ch_3', $2, 'bob', 'won', 5000, 'INR', 0, null, null, '2026-02-10', '2026-03-01')`,
      [intents[0], intents[2]],
    );
    // Its payment bought nothing that we know of.
    await asking.sql(
      `insert into claims (cause_id, user_id, intent_id, credits, since)
       select id, user_id, intent_id, 0, opened_at from disputes where status = 'open'`,
    );
  });

  it.each([[null], [['open']]])('are exported as they are listed by status %j', async (status) => {
    const rows = await rowsOf({ disputes: { status } });

    same(rows, await listed('disputes', 'status: [DisputeStatus!]', status, FIELDS));
    expect(rows.at(-1)).toMatchObject({ id: 'dsp_1', amount: '90071992547409.93', reason: '@fraud' });
  });

  it('are exported by when they were opened, and hold no formula in CSV', async () => {
    expect(await rowsOf({ disputes: { openedAt: JANUARY } })).toMatchObject([{ id: 'dsp_1' }]);
    expect((await exported({ disputes: {} }, 'csv')).text).toContain(",'@fraud,");
  });
});

describe('Breaks', () => {
  const FIELDS = `id runId subject kind status providerEntryId providerIntentId note resolvedBy resolvedAt suggestedFix intent { id }
    ours { amountMinor currency } theirs { amountMinor currency }`;
  beforeAll(() =>
    asking.sql(
      `with made as (
         insert into breaks (run_id, subject, kind, provider, provider_entry_id, intent_id, ours_minor, ours_currency,
           theirs_minor, theirs_currency, status, note, resolved_by, fix, resolved_at)
         values ('run_1', 'payment', 'amount_mismatch', 'stripe', 'ch_1', $1, ${HUGE}, 'INR', -500, 'JPY', 'ignored',
                  '-cmd', 'fin_1', 'ignore', '2026-01-11'),
                (null, 'refund', 'unknown_payment', 'razorpay', 'rfnd_1', null, null, null, 300, 'INR', 'open',
                  null, null, null, null)
         returning id, run_id)
       insert into run_breaks (run_id, break_id) select run_id, id from made where run_id is not null`,
      [intents[0]],
    ),
  );

  it.each([
    [{}, 2],
    [{ runId: 'run_1' }, 1],
    [{ kind: ['unknown_payment'] }, 1],
    [{ subject: ['refund'] }, 1],
    [{ status: ['ignored'] }, 1],
  ])('are exported as they are listed by %j', async (filter, count) => {
    const rows = await rowsOf({ breaks: filter });

    same(rows, await listed('breaks', 'filter: BreakFilter', filter, FIELDS));
    expect(rows).toHaveLength(count);
  });

  it('suggest the same fix as the list, whatever differs', async () => {
    await asking.sql(
      `insert into breaks (subject, kind, provider, provider_entry_id, intent_id, run_id, theirs_minor, theirs_currency)
       select s, k, 'stripe', 'every_' || s || k || (i is null) || (r is null), i, r, 1, 'INR'
       from unnest($1::text[]) s, unnest($2::text[]) k, unnest(array[null, $3]) i, unnest(array[null, 'run_1']) r`,
      [BREAK_SUBJECTS, BREAK_KINDS, intents[0]],
    );
    const rows = (await rowsOf({ breaks: { status: ['open'] } })).filter((row) =>
      String(row.providerEntryId).startsWith('every_'),
    );

    expect(rows).toHaveLength(4 * BREAK_SUBJECTS.length * BREAK_KINDS.length);
    for (const row of rows) {
      const runId = String(row.runId).startsWith('run_seen') ? null : row.runId;
      expect([row.id, row.suggestedFix]).toEqual([row.id, fixesOf({ ...row, runId } as any)[0]]);
    }
    expect(new Set(rows.map((row) => row.suggestedFix)).size).toBeGreaterThan(5);
    await asking.sql(`delete from breaks where provider_entry_id like 'every\\_%'`);
  });

  it('have both amounts, each in the digits of its own currency, or none', async () => {
    const [seen, found] = await rowsOf({ breaks: {} });

    expect(found).toMatchObject({ ours: '90071992547409.93', oursMinor: HUGE, theirs: '-500' });
    expect(seen).toMatchObject({ ours: null, oursMinor: null, theirs: '3.00', theirsMinor: '300' });
    expect((await exported({ breaks: {} }, 'csv')).text).toContain(",'-cmd,");
  });
});

describe('The audit log', () => {
  const FIELDS = 'id at actor role action targetId reason diff';
  beforeAll(async () => {
    const pool = asking.database.pool();
    await audit(pool, finance, {
      action: 'refundIntent',
      targetId: 'int_1',
      reason: '=1',
      diff: { to: [1] },
    });
    await audit(pool, admin, { action: 'savePackage' });
  });

  it.each([{}, { actor: 'fin_1' }, { targetId: 'int_1' }])(
    'is exported as it is listed by %j',
    async (filter) => {
      const rows = await rowsOf({ auditLog: filter }, admin);

      const [argument = ''] = Object.entries(filter).map(([name, value]) => `(${name}: "${value}")`);
      const { admin: shown } = await asking.data(
        admin,
        `{ admin { auditLog${argument} { nodes { ${FIELDS} } } } }`,
      );
      expect(rows).toEqual(shown.auditLog.nodes);
      expect(rows.length).toBeGreaterThan(0);
    },
  );

  it('is exported by when things were done', async () => {
    // Of one target, because each export adds an action of its own.
    const at = (range: object) => rowsOf({ auditLog: { targetId: 'int_1', at: range } }, admin);
    const all = await rowsOf({ auditLog: { targetId: 'int_1' } }, admin);

    expect(all).toHaveLength(1);
    expect(await at({ lt: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await at({ gte: '2020-01-01T00:00:00Z' })).toEqual(all);
    expect(await at({ gte: '2999-01-01T00:00:00Z' })).toEqual([]);
  });

  it('holds no formula in CSV', async () => {
    expect((await exported({ auditLog: {} }, 'csv', admin)).text).toContain(",'=1,");
  });

  it.each([finance, support, { id: 's', role: 'service' } as const, user('ann')])(
    'is exported by admins only: $role is refused, and no job is made',
    async (caller) => {
      const count = async () => (await asking.sql('select count(*)::int from jobs'))[0]?.count;
      const before = await count();
      const { errors } = await asking.ask(caller, START, { input: { select: { auditLog: {} } } });

      expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(await count()).toBe(before);
    },
  );

  it('that an admin exported has no link for finance', async () => {
    const { id } = await exported({ auditLog: {} }, 'csv', admin);

    expect((await asking.data(finance, LINK, { id })).node).toEqual({
      status: 'succeeded',
      downloadUrl: null,
    });
    expect((await asking.data(admin, LINK, { id })).node.downloadUrl).toContain(id);
  });
});
