import { createHash, randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Caller } from '../../src/callers/caller';
import { addExportRoute } from '../../src/http/exports';
import { createServer } from '../../src/http/server';
import { cancelJob } from '../../src/jobs/cancel';
import { runJob } from '../../src/jobs/run';
import { exportKind } from '../../src/reports/export';
import { EXPORTS } from '../../src/reports/lists';
import { addPart } from '../../src/reports/parts';
import { sweepExports } from '../../src/reports/sweep';
import { paidIntents, support, useAsking, user } from '../graphql/asking';
import { captured, claimIntents, doorOn, reading, silent } from '../support/intents';

// Nobody's: a folder with exports of an earlier version is swept as well.
const asking = useAsking({ DATA_DIR: path.join(os.tmpdir(), randomUUID()) });
const finance: Caller = { id: 'fin_1', role: 'finance' };
const admin: Caller = { id: 'adm_1', role: 'admin' };
const day = 24 * 60 * 60 * 1000;
let server: FastifyInstance;

beforeAll(async () => {
  server = await createServer(asking.deps.config, silent);
  addExportRoute(server, asking.deps);
  await paidIntents(asking, 'ann', 3);
  await spend('ann', '=HYPERLINK("http://evil")');
});
afterAll(() => server.close());

const spend = (userId: string, reason: string) =>
  asking.deps.spend({
    userId,
    credits: 20n,
    reason,
    key: randomUUID(),
    inputHash: 'h',
    kind: 'service',
    actor: userId,
  });

// The audit log is for admins alone.
const start = async (select: object, format = 'csv', caller = 'auditLog' in select ? admin : finance) =>
  (
    await asking.data(
      caller,
      'mutation ($input: StartExportInput!) { startExport(input: $input) { export { id kind status downloadUrl } errors { code } } }',
      { input: { select, format } },
    )
  ).startExport;

const show = async (id: string) =>
  (
    await asking.data(
      finance,
      `query ($id: ID!) { node(id: $id) { ... on ExportJob { kind format status rows sha256 downloadUrl progress { done total } } } }`,
      { id },
    )
  ).node;

async function finish(select: object, format = 'csv') {
  const { export: job } = await start(select, format);
  await runJob(asking.deps, [exportKind(asking.deps)], job.id, new AbortController().signal);
  return { id: job.id as string, ...(await show(job.id)) };
}

const download = async (url: string) => await server.inject({ url });

test('an export is a file with every row of the list, its checksum and its count', async () => {
  const done = await finish({ intents: {} });

  expect(done).toMatchObject({
    kind: 'intents',
    format: 'csv',
    status: 'succeeded',
    rows: 3,
    progress: { done: 3, total: 3 },
  });
  const response = await download(done.downloadUrl);
  expect(response.statusCode).toBe(200);
  expect(createHash('sha256').update(response.rawPayload).digest('hex')).toBe(done.sha256);
  const [head, ...lines] = response.payload.trimEnd().split('\r\n');
  expect(head).toMatch(/^id,userId,status,.*,amount,amountMinor,currency,/);
  expect(lines).toHaveLength(3);
  expect(lines.every((line) => line.includes(',50.00,5000,INR,'))).toBe(true);
});

test('an export keeps to the filter of its list', async () => {
  const [none, two] = [
    await finish({ intents: { userId: 'nobody' } }),
    await finish({ creditTransactions: { type: ['purchase'], createdAt: { gte: '2020-01-01T00:00:00Z' } } }),
  ];

  expect(none.rows).toBe(0);
  expect(two.rows).toBe(3);
  expect((await finish({ creditTransactions: { createdAt: { lt: '2020-01-01T00:00:00Z' } } })).rows).toBe(0);
});

test('a formula in a reason is harmless in CSV and unchanged in JSON lines', async () => {
  const csv = await download((await finish({ creditTransactions: { type: ['spend'] } })).downloadUrl);
  const lines = await download(
    (await finish({ creditTransactions: { type: ['spend'] } }, 'jsonl')).downloadUrl,
  );

  expect(csv.payload).toContain(`"'=HYPERLINK(""http://evil"")"`);
  expect(JSON.parse(lines.payload)).toMatchObject({ reason: '=HYPERLINK("http://evil")', credits: -20 });
  expect(lines.headers['content-type']).toContain('application/x-ndjson');
});

test('an exported credit transaction has the type that the list shows', async () => {
  const { payload } = await download((await finish({ creditTransactions: {} }, 'jsonl')).downloadUrl);
  const { creditTransactions } = await asking.data(
    user('ann'),
    '{ creditTransactions { nodes { id type createdAt reason } } }',
  );

  const lines = payload.trimEnd().split('\n');
  const rows = lines.map((text) => JSON.parse(text)).reverse();
  expect(rows.map(({ type }) => type)).toEqual(['spend', 'purchase', 'purchase', 'purchase']);
  expect(rows).toMatchObject(creditTransactions.nodes);
  expect(rows[0]).not.toHaveProperty('kind');
});

test('the lines of the ledger add up to zero in each unit, digit by digit', async () => {
  const { payload } = await download((await finish({ ledger: {} }, 'jsonl')).downloadUrl);

  const sums = new Map<string, bigint>();
  for (const line of payload
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text)))
    sums.set(line.currency, (sums.get(line.currency) ?? 0n) + BigInt(line.amountMinor));
  expect(Object.fromEntries(sums)).toEqual({ INR: 0n, CREDIT: 0n });
});

test.each(Object.keys(EXPORTS))('the list %s can be exported in both formats', async (name) => {
  const [csv, jsonl] = [await finish({ [name]: {} }), await finish({ [name]: {} }, 'jsonl')];

  expect(csv.status).toBe('succeeded');
  // Starting the second export is an action of the audit log itself.
  expect(jsonl.rows).toBe(csv.rows + (name === 'auditLog' ? 1 : 0));
});

test('an export of more rows than fit a page has each of them once', async () => {
  const pool = asking.database.pool();
  const intents = await claimIntents(
    pool,
    Array.from({ length: 1_100 }, () => 'many'),
  );
  await doorOn(pool)(reading(intents[0]?.id ?? '', captured(`ch_${intents[0]?.id}`)));

  const { payload } = await download((await finish({ intents: { userId: 'many' } }, 'jsonl')).downloadUrl);

  const ids = payload
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text).id);
  expect(ids.sort()).toEqual(intents.map(({ id }) => id).sort());
});

test('a link is good for an hour, for that file alone, and only as it was signed', async () => {
  const { id, downloadUrl } = await finish({ deliveries: {} });
  const url = new URL(downloadUrl, 'http://gateway');
  const changed = (change: (url: URL) => void) => {
    const other = new URL(url);
    change(other);
    return download(other.pathname + other.search);
  };
  const expires = Number(url.searchParams.get('expires'));
  expect(Math.abs(expires - Date.now() - 60 * 60 * 1000)).toBeLessThan(60_000);

  const later = await changed((other) => other.searchParams.set('expires', String(expires + day)));
  const unsigned = await changed((other) => other.searchParams.delete('signature'));
  const otherFile = await changed((other) => {
    other.pathname = `/exports/${id}.jsonl`;
  });
  const outside = await download(`/exports/..%2f..%2fetc%2fpasswd?expires=${expires}&signature=x`);
  jest.spyOn(asking.deps.clock, 'nowMs').mockReturnValue(Date.now() + 2 * 60 * 60 * 1000);
  const late = await download(downloadUrl);
  jest.restoreAllMocks();

  for (const refused of [later, unsigned, otherFile, outside]) expect(refused.statusCode).toBe(404);
  expect(late.statusCode).toBe(403);
  expect(late.json()).toMatchObject({ error: 'LINK_EXPIRED' });
  expect((await download(downloadUrl)).statusCode).toBe(200);
});

const partsOf = async (id: string) =>
  asking.sql('select attempt, nth from export_parts where export_id = $1 order by attempt, nth', [id]);

test('a canceled export leaves no file, and there is no link before there is one', async () => {
  const { export: job } = await start({ intents: {} });
  expect(job.downloadUrl).toBeNull();
  await cancelJob(asking.deps, finance, job.id);

  await runJob(asking.deps, [exportKind(asking.deps)], job.id, new AbortController().signal);

  expect((await show(job.id)).downloadUrl).toBeNull();
  expect(await partsOf(job.id)).toEqual([]);
});

test('a file goes a day after its links, which are good for a week', async () => {
  const { id, downloadUrl } = await finish({ webhookEvents: {} });
  const ago = (days: number) =>
    asking.sql(
      `update export_parts set written_at = instant() - $2 * interval '1 day' where export_id = $1`,
      [id, days],
    );
  await ago(7.9);
  expect(await sweepExports(asking.deps)).toBe(0);
  expect((await download(downloadUrl)).statusCode).toBe(200);

  await ago(8.1);
  expect(await sweepExports(asking.deps)).toBeGreaterThan(0);
  await asking.sql(`update jobs set finished_at = now() - interval '8 days' where id = $1`, [id]);

  expect(await partsOf(id)).toEqual([]);
  expect((await show(id)).downloadUrl).toBeNull();
});

test('what a process wrote that had lost the export is not in the file, and goes when another tries', async () => {
  const { export: job } = await start({ intents: {} });
  const other = (attempt: number) => ({ exportId: job.id as string, attempt });
  // One that ended, and one that is frozen and will write on.
  await addPart(asking.deps.pool, other(0), 0, Buffer.from('half of an older snapshot'));
  await addPart(asking.deps.pool, other(7), 1, Buffer.from('rows of another'));

  await runJob(asking.deps, [exportKind(asking.deps)], job.id, new AbortController().signal);

  const done = await show(job.id);
  const { rawPayload } = await download(done.downloadUrl);
  expect(createHash('sha256').update(rawPayload).digest('hex')).toBe(done.sha256);
  expect([...new Set((await partsOf(job.id)).map(({ attempt }) => attempt))]).toEqual([1, 7]);
});

test('a file that is not whole is not found, and one of an earlier version has no link', async () => {
  const { id, downloadUrl } = await finish({ intents: {} });
  await asking.sql('delete from export_parts where export_id = $1 and nth = 1', [id]);
  expect((await download(downloadUrl)).statusCode).toBe(404);

  await asking.sql(`update jobs set result = result - 'attempt' where id = $1`, [id]);
  expect((await download(downloadUrl)).statusCode).toBe(404);
  expect((await show(id)).downloadUrl).toBeNull();
});

test('an account that is in no chart is refused before a job is made', async () => {
  const { export: job, errors } = await start({ ledger: { accountCode: 'nothing' } });

  expect(job).toBeNull();
  expect(errors).toEqual([{ code: 'INVALID_INPUT' }]);
});

test('exports are listed newest first for finance, and support sees none', async () => {
  const { id } = await finish({ deliveries: {} });
  const { admin } = await asking.data(finance, '{ admin { exports(first: 2) { nodes { id } } } }');
  expect(admin.exports.nodes[0].id).toBe(id);

  const { errors } = await asking.ask(support, '{ admin { exports { nodes { id } } } }');
  expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  const started = await asking.ask(
    support,
    'mutation { startExport(input: {select: {intents: {}}}) { errors { code } } }',
  );
  expect(started.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
});
