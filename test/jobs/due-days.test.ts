// What is due each day beside reconciliation, at a gateway that was down at the hour: it is made up for, and shown until then.
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { checkDueDays } from '../../src/credits/check-due-days';
import { LEDGER_CHECK } from '../../src/credits/start-ledger-check';
import { createReadEvents } from '../../src/events/feed';
import { createHub } from '../../src/events/hub';
import { checkHealth } from '../../src/reports/health';
import { sweepDueDays } from '../../src/reports/sweep';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();

function stand() {
  const pool = database.pool();
  const deps = { pool, hub: createHub(), log: silent, readEvents: createReadEvents(pool) };
  const rows = async (sql: string, values: unknown[] = []) => (await pool.query(sql, values)).rows;
  const health = async (name: string) =>
    (await checkHealth({ pool, redis: null })).find((check) => check.name === name);
  /** As if the gateway had last been there so many days ago. */
  const wasDown = (work: string, days: number) =>
    rows('update due_days set day = day - $2::integer where work = $1', [work, days]);
  return { pool, deps, rows, health, wasDown };
}

test('A ledger check that nobody was there for is made up for once, by one that began after all of its days', async () => {
  const { deps, rows, health, wasDown } = stand();
  const checks = () =>
    rows('select id, status from jobs where kind = $1 order by created_at', [LEDGER_CHECK]);
  await checkDueDays(deps);
  expect(await checks()).toEqual([]);

  await wasDown('ledger_check', 3);
  expect(await health('ledger_check_days')).toMatchObject({
    ok: false,
    detail: expect.stringMatching(/^1 wait, since /),
  });
  await Promise.all([checkDueDays(deps), checkDueDays(deps)]);
  expect(await checks()).toMatchObject([{ status: 'queued' }]);
  await checkDueDays(deps);
  expect(await checks()).toHaveLength(1);
  expect(await health('ledger_check_days')).toMatchObject({ ok: false });

  // One that failed is tried again.
  await rows("update jobs set status = 'failed', finished_at = now() where kind = $1", [LEDGER_CHECK]);
  await rows("update due_days set retry_at = now() where work = 'ledger_check'");
  await checkDueDays(deps);
  expect(await checks()).toMatchObject([{ status: 'failed' }, { status: 'queued' }]);
  await rows("update jobs set status = 'succeeded', finished_at = now() where status = 'queued'");
  await checkDueDays(deps);
  expect(await health('ledger_check_days')).toEqual(expect.objectContaining({ ok: true, detail: null }));
  const [open] = await rows(
    `select count(*)::integer as n from due_days where work = 'ledger_check' and done_by is null
       and day < (now() at time zone 'utc')::date - 1`,
  );
  expect(open).toEqual({ n: 0 });
});

test('A sweep of exports that nobody was there for is made up for', async () => {
  const { pool, rows, health, wasDown } = stand();
  const dataDir = await mkdtemp(path.join(os.tmpdir(), 'exports-'));
  const file = path.join(dataDir, 'exports', 'old.csv');
  mkdirSync(path.dirname(file));
  writeFileSync(file, 'x');
  utimesSync(file, 0, 0);
  const deps = { pool, config: { dataDir } };
  await sweepDueDays(deps);
  expect(existsSync(file)).toBe(true);

  await wasDown('export_sweep', 3);
  expect(await health('export_sweep_days')).toMatchObject({ ok: false });
  await sweepDueDays(deps);
  expect(existsSync(file)).toBe(false);
  expect(await health('export_sweep_days')).toEqual(expect.objectContaining({ ok: true, detail: null }));
  const [open] = await rows(
    `select count(*)::integer as n from due_days where work = 'export_sweep' and done_by is null
       and day < (now() at time zone 'utc')::date - 1`,
  );
  expect(open).toEqual({ n: 0 });
});
