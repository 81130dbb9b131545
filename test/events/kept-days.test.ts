// What explains no money goes after its days: how news of a purchase came, and the progress of long work. The rest of a timeline stays,
// and its numbers are still counted without a gap.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import pg from 'pg';
import { forgetEvents, type OldEvents } from '../../src/events/forget-events';
import { forgetJobs } from '../../src/jobs/forget-jobs';
import { readConfig } from '../../src/providers/read-config';
import { archivingAlone, dropArchived, verifyArchive, writeArchive } from '../../src/reports/archive';
import { ARCHIVE_LISTS } from '../../src/reports/archive-lists';
import { ownerOf } from '../support/database';
import { eventually } from '../support/eventually';
import { captured, claimIntents, doorOn, reading } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'archive-'));
let pool: pg.Pool;
let owner: pg.Client;
beforeAll(async () => {
  pool = database.pool();
  owner = new pg.Client(ownerOf(database.url));
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  fs.rmSync(folder, { recursive: true });
});
const rows = async (text: string, values: unknown[] = []) => (await pool.query(text, values)).rows;

/** A purchase that was paid, with three entries of how we came to know; `days` old. */
async function purchase(user: string, days: number): Promise<string> {
  const [intent] = await claimIntents(pool, [user]);
  const { id } = intent as { id: string };
  const note = { kind: 'webhook_received' as const, data: { webhookEventId: 'whe_1' } };
  await doorOn(pool)({ ...reading(id, captured(`ch_${id}`)), note, moreNotes: [note, note] });
  await owner.query('update events set at = at - make_interval(days => $2) where subject = $1', [id, days]);
  await owner.query(
    'update intents set completed_at = completed_at - make_interval(days => $2) where id = $1',
    [id, days],
  );
  return id;
}

async function job(kind: string, status: string, days: number): Promise<string> {
  const id = `job_${kind}_${status}_${days}`;
  await rows(
    `insert into jobs (id, kind, input, status, requested_by, created_at, finished_at, lease_token)
     values ($1, $2, '{"provider": "stripe"}', $3, 'sue', instant() - make_interval(days => $4),
       case when $3 in ('succeeded', 'failed') then instant() - make_interval(days => $4) end, case when $3 = 'running' then 'x' end)`,
    [id, kind, status, days],
  );
  await rows(
    `insert into events (subject, sequence, version, kind, actor, at, epoch)
     select $1, n, n, 'job_changed', 'sue', instant() - make_interval(days => $2), g.epoch from generate_series(1, 4) n, gateway g`,
    [id, days],
  );
  return id;
}

const entriesOf = async (id: string) =>
  (await rows('select kind from events where subject = $1 order by sequence', [id])).map(({ kind }) => kind);
const forgetAll = async (what: OldEvents, days = 30) => {
  while ((await forgetEvents({ pool }, what, days)) > 0);
};

it('a purchase that ended keeps what was told and booked, and loses how it came to be known', async () => {
  const old = await purchase('ann', 40);
  const young = await purchase('ben', 10);
  const before = await entriesOf(old);
  expect(before.filter((kind) => kind === 'webhook_received')).toHaveLength(3);

  expect(await forgetEvents({ pool }, 'timeline', 0)).toBe(0);
  await forgetAll('timeline');
  expect(await entriesOf(old)).toEqual(before.filter((kind) => kind !== 'webhook_received'));
  expect(await entriesOf(old)).toEqual(
    expect.arrayContaining(['created', 'status_changed', 'credits_granted']),
  );
  expect(await entriesOf(young)).toEqual(before);

  // What happens to it later is counted on from where it was.
  await doorOn(pool)({
    ...reading(old, captured(`ch_${old}`)),
    note: { kind: 'webhook_received', data: {} },
  });
  expect((await rows('select timeline_sequence as n from intents where id = $1', [old]))[0].n).toBe(
    before.length + 1,
  );
});

it('of an open purchase, of a balance, and within a month nothing goes, whatever the database is told', async () => {
  const [open] = await claimIntents(pool, ['cleo']);
  const { id } = open as { id: string };
  await owner.query("update events set at = at - interval '400 days' where subject = $1", [id]);
  const young = await purchase('dora', 10);
  const all = (await rows('select id from events order by id')).map((row) => String(row.id));
  const kinds = await entriesOf(young);
  await ARCHIVE_LISTS.timeline?.drop(pool, all, new Date('2999-01-01'));
  expect(await entriesOf(id)).toEqual(['created']);
  expect(await entriesOf(young)).toEqual(kinds);
  expect(
    (await rows("select count(*)::int as n from events where kind = 'balance_changed'"))[0].n,
  ).toBeGreaterThan(1);
  await expect(pool.query('delete from events')).rejects.toThrow(/permission denied/);
});

it('long work goes with its progress; reconciliations, the last check and what is under way stay', async () => {
  const gone = [
    await job('export', 'succeeded', 40),
    await job('export', 'failed', 40),
    await job('ledger_check', 'succeeded', 50),
  ];
  const last = await job('ledger_check', 'succeeded', 45);
  const reconciliation = await job('reconciliation', 'succeeded', 40);
  const kept = [
    await job('export', 'succeeded', 10),
    await job('export', 'running', 40),
    last,
    reconciliation,
  ];
  expect(await forgetJobs({ pool }, 0)).toBe(0);
  while ((await forgetJobs({ pool }, 30)) > 0);
  const left = (await rows("select id from jobs where id like 'job_%'")).map(({ id }) => id);
  expect(left.sort()).toEqual([...kept].sort());
  for (const id of [...gone, last, reconciliation]) expect(await entriesOf(id)).toEqual([]);
  for (const id of kept.slice(0, 2)) expect(await entriesOf(id)).toHaveLength(4);
});

it('all is kept by default, and less than a month or more than PostgreSQL counts is refused', async () => {
  expect(readConfig({})).toMatchObject({ timelineKeptDays: 0, jobsKeptDays: 0 });
  expect(readConfig({ TIMELINE_KEPT_DAYS: '400', JOBS_KEPT_DAYS: '90' })).toMatchObject({
    timelineKeptDays: 400,
    jobsKeptDays: 90,
  });
  for (const name of ['TIMELINE_KEPT_DAYS', 'JOBS_KEPT_DAYS', 'DELIVERIES_KEPT_DAYS'])
    for (const days of ['7', '-30', '36501', '9999999999'])
      expect(() => readConfig({ [name]: days })).toThrow(new RegExp(name));
  expect(() => readConfig({ JOBS_KEPT_DAYS: '7' })).toThrow(/JOBS_KEPT_DAYS: .*from 30 on, or 0 .*36500/);
  const { jobsKeptDays } = readConfig({ JOBS_KEPT_DAYS: '36500' });
  expect(await forgetJobs({ pool }, jobsKeptDays)).toBe(0);
  expect(await forgetEvents({ pool }, 'timeline', jobsKeptDays)).toBe(0);
});

describe('An archive', () => {
  const deps = () => ({ pool, gatewayIds: ['this'] as [string], config: { cell: 'eu' } });
  const before = async () =>
    new Date(((await rows("select instant() - interval '31 days' as at"))[0] as { at: Date }).at);
  const lines = (file: string) =>
    gunzipSync(fs.readFileSync(file))
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  beforeAll(async () => {
    await rows(
      `insert into deliveries (id, endpoint_id, event_id, type, sequence, body, status, due_at, created_at)
       select 'dlv_' || n, 'ept_1', 'evt_' || n, 'credits.spent', n, '{"n": ' || n || '}', 'delivered', null, instant() - interval '90 days'
       from generate_series(1, 2500) n`,
    );
    await rows(
      `insert into delivery_attempts (delivery_id, number, claim_number, at, duration_ms, succeeded)
       select 'dlv_' || n, 1, 1, instant(), 1, true from generate_series(1, 2500) n`,
    );
    await rows(
      `insert into webhook_events (id, provider, provider_event_id, type, subject, status, body, body_sha256, received_at)
       values ('whe_old', 'stripe', 'evt_old', 'payment_intent.succeeded', 'payment', 'processed', '\\x00', 'hash', instant() - interval '90 days')`,
    );
  });

  it('holds all that would be dropped, with a hash of each file, and drops nothing', async () => {
    const id = await purchase('eva', 60);
    const exported = await job('export', 'succeeded', 60);
    await rows(`update jobs set result = '{"rows": 7, "secret": "5ec2e7"}' where id = $1`, [exported]);
    const counts = () =>
      rows(
        'select (select count(*) from deliveries) as d, (select count(*) from events) as e, (select count(*) from jobs) as j',
      );
    const there = await counts();
    const at = path.join(folder, 'whole');
    const manifest = await writeArchive(deps(), at, await before());
    expect(await counts()).toEqual(there);
    expect(manifest).toMatchObject({ isComplete: true, isDropped: false, gatewayId: 'this', cell: 'eu' });
    const rowsIn = Object.fromEntries(manifest.parts.map(({ list, rows: count }) => [list, count]));
    expect(rowsIn).toMatchObject({
      deliveries: 2_500,
      webhook_events: 1,
      timeline: 3,
      jobs: 1,
      job_progress: 4,
    });
    expect(lines(path.join(at, 'deliveries-0001.ndjson.gz'))[0]).toMatchObject({
      status: 'delivered',
      attempts: [{ succeeded: true }],
    });
    expect(lines(path.join(at, 'webhook_events-0001.ndjson.gz'))[0]).not.toHaveProperty('body');
    expect(lines(path.join(at, 'jobs-0001.ndjson.gz'))).toMatchObject([
      { id: exported, result: { rows: 7 } },
    ]);
    expect(JSON.stringify(lines(path.join(at, 'jobs-0001.ndjson.gz')))).not.toContain('5ec2e7');
    expect(lines(path.join(at, 'timeline-0001.ndjson.gz')).map(({ subject }) => subject)).toEqual([
      id,
      id,
      id,
    ]);
    expect((await verifyArchive(at)).problems).toEqual([]);
    expect(fs.statSync(path.join(at, 'deliveries-0001.ndjson.gz')).mode & 0o777).toBe(0o600);
  });

  it('goes on where it was cut off, and drops only once every file is whole', async () => {
    const whole = path.join(folder, 'whole');
    const cut = path.join(folder, 'cut');
    fs.cpSync(whole, cut, { recursive: true });
    const manifest = JSON.parse(fs.readFileSync(path.join(cut, 'manifest.json'), 'utf8'));
    const half = { ...manifest, isComplete: false, parts: manifest.parts.slice(0, 2) };
    fs.writeFileSync(path.join(cut, 'manifest.json'), JSON.stringify(half));
    fs.writeFileSync(path.join(cut, 'timeline-0001.ndjson.gz'), 'half a file');
    await expect(dropArchived(deps(), cut)).rejects.toThrow(/Nothing was dropped. It is not complete/);
    await expect(writeArchive(deps(), cut, new Date('2020-01-01'))).rejects.toThrow(/name another folder/);
    const again = await writeArchive(deps(), cut, new Date(manifest.before));
    expect(again.parts).toEqual(manifest.parts);

    fs.appendFileSync(path.join(whole, 'jobs-0001.ndjson.gz'), 'x');
    expect((await verifyArchive(whole)).problems).toEqual(['jobs-0001.ndjson.gz is not what was written.']);
    await expect(dropArchived(deps(), whole)).rejects.toThrow(/Nothing was dropped/);
    await expect(dropArchived({ ...deps(), gatewayIds: ['another'] }, cut)).rejects.toThrow(
      /of gateway this/,
    );

    // One that came back to life since it was written stays.
    await rows("update deliveries set status = 'pending', due_at = instant() where id = 'dlv_7'");
    const dropped = await dropArchived(deps(), cut);
    expect(dropped).toMatchObject({
      deliveries: 2_499,
      webhook_events: 1,
      timeline: 3,
      jobs: 1,
      job_progress: 4,
    });
    expect((await rows("select id from deliveries where id like 'dlv_%'")).map(({ id }) => id)).toEqual([
      'dlv_7',
    ]);
    expect((await rows('select count(*)::int as n from delivery_attempts'))[0].n).toBe(1);
    expect(Object.values(await dropArchived(deps(), cut)).every((count) => count === 0)).toBe(true);
    expect((await verifyArchive(cut)).manifest.isDropped).toBe(true);
  });

  it('is worked on by one process at a time, and by the next once that one is through, however it ended', async () => {
    let letGo: () => void = () => undefined;
    const first = archivingAlone(
      { pool },
      () =>
        new Promise<void>((_, reject) => {
          letGo = () => reject(new Error('cut off'));
        }),
    );
    await eventually(async () =>
      expect(archivingAlone({ pool }, async () => 'both')).rejects.toThrow(/Another archive is at work/),
    );
    letGo();
    await expect(first).rejects.toThrow('cut off');
    expect(await archivingAlone({ pool }, async () => 'next')).toBe('next');
  });

  it('is not made of what is younger than a month', async () => {
    await expect(writeArchive(deps(), path.join(folder, 'young'), new Date('2999-01-01'))).rejects.toThrow(
      /younger than 30 days/,
    );
    expect(fs.existsSync(path.join(folder, 'young'))).toBe(false);
  });

  it('is made and read again from a terminal, which leaves its name in the audit trail', async () => {
    await purchase('fay', 60);
    const to = path.join(folder, 'terminal');
    const cli = (...args: string[]) =>
      new Promise<{ code: number; out: string; err: string }>((resolve) =>
        execFile(
          process.execPath,
          ['dist/src/cli/cli.js', 'archive', ...args],
          {
            cwd: path.resolve(__dirname, '..', '..'),
            env: { PATH: process.env.PATH, DATABASE_URL: database.url, DATA_DIR: folder },
          },
          (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }),
        ),
      );
    const day = (await before()).toISOString();
    const made = await cli('--before', day, '--to', to, '--drop', '--json');
    expect([made.code, made.err]).toEqual([0, '']);
    expect(JSON.parse(made.out)).toMatchObject({ isComplete: true, dropped: { timeline: 3 } });
    expect(await cli('--verify', '--to', to)).toMatchObject({
      code: 0,
      out: expect.stringContaining('All of it is whole.'),
    });
    fs.rmSync(path.join(to, 'timeline-0001.ndjson.gz'));
    expect(await cli('--verify', '--to', to)).toMatchObject({
      code: 1,
      out: expect.stringContaining('timeline-0001.ndjson.gz cannot be read'),
    });
    expect(await cli('--to', to)).toMatchObject({ code: 2, err: expect.stringMatching(/^Usage/) });
    expect(await cli('--verify', '--to', path.join(folder, 'nowhere'))).toMatchObject({
      code: 2,
      err: expect.stringContaining('no manifest'),
    });
    expect(await rows("select actor, diff from audit_log where action = 'archive'")).toEqual([
      { actor: expect.stringMatching(/^cli:/), diff: { before: day, drop: true } },
    ]);
  });
});
