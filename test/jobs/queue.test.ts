import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import pg from 'pg';
import type { JobDeps } from '../../src/jobs/deps';
import { findJob } from '../../src/jobs/find';
import { createJobLoop } from '../../src/jobs/job-loop';
import { runLoops } from '../../src/jobs/run-loops';
import { startJob } from '../../src/jobs/start';
import { newId } from '../../src/kernel/ids';
import { ownerOf } from '../support/database';
import { eventually } from '../support/eventually';
import { useDatabase } from '../support/pools';
import { counting, jobDeps } from './counting';

const database = useDatabase();
let deps: JobDeps;
const stop = new AbortController();
let queue: Promise<void> = Promise.resolve();
let other: ChildProcess | null = null;

beforeAll(() => {
  deps = jobDeps(database.pool());
});
afterAll(async () => {
  other?.kill('SIGKILL');
  stop.abort();
  await queue;
});

const start = (input: object) =>
  startJob(deps, { id: newId('export'), kind: 'counting', input, requestedBy: 'fin_1' });

const succeeded = (id: string) =>
  eventually(
    () => findJob(deps, id),
    (job) => job?.status === 'succeeded',
  );

test('what a killed process was running is taken over by another within a minute', async () => {
  const job = await start({ to: 1_000, everyMs: 20 });
  const worker = spawn(process.execPath, [path.join(__dirname, 'worker.js'), database.url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  other = worker;
  await once(worker.stdout as NodeJS.ReadableStream, 'data');
  worker.kill('SIGKILL');
  await once(worker, 'exit');
  const left = await findJob(deps, job.id);
  expect(left?.status).toBe('running');
  // The lease is the same 30 s; here all but its last second is taken as gone by.
  await deps.pool.query(`update jobs set lease_until = lease_until - interval '29 seconds' where id = $1`, [
    job.id,
  ]);
  await deps.pool.query(`update jobs set input = '{"to": ${(left?.done ?? 0) + 2}}' where id = $1`, [job.id]);

  queue = runLoops(deps, [createJobLoop(deps, [counting()])], stop.signal);

  const finished = await succeeded(job.id);
  expect(finished?.result).toMatchObject({ from: expect.any(Number) });
  expect((finished?.result as { from: number } | undefined)?.from).toBeGreaterThanOrEqual(1);
}, 60_000);

test('a queued job is taken at once by a process that is free', async () => {
  const job = await start({ to: 1 });

  await succeeded(job.id);
});

test('a job that another process queued, or an earlier version whose queue is gone, is taken by whoever looks', async () => {
  const id = newId('export');
  await deps.pool.query(
    `insert into jobs (id, kind, input, requested_by) values ($1, 'counting', '{"to": 1}', 'fin_1')`,
    [id],
  );

  await succeeded(id);
});

test('a job that cannot even be taken is set aside, the others go on, and it is run when it can be', async () => {
  const [bad, good] = [newId('export'), newId('export')];
  const owner = new pg.Client(ownerOf(database.url));
  await owner.connect();
  await owner.query(`
    create function refuse_bad() returns trigger language plpgsql as $$ begin raise 'not this one'; end $$;
    create trigger refuse_bad before update on jobs for each row when (old.id = '${bad}') execute function refuse_bad()`);
  await startJob(deps, { id: bad, kind: 'counting', input: { to: 1 }, requestedBy: 'fin_1' });
  await startJob(deps, { id: good, kind: 'counting', input: { to: 1 }, requestedBy: 'fin_1' });

  await succeeded(good);
  // Set aside after it failed, beside the other one.
  const aside = async () =>
    (await deps.pool.query(`select failures from quarantine where loop = 'run-jobs' and row_id = $1`, [bad]))
      .rows;
  await eventually(async () => expect(await aside()).toEqual([{ failures: 1 }]));
  expect((await findJob(deps, bad))?.status).toBe('queued');

  await owner.query('drop trigger refuse_bad on jobs; drop function refuse_bad()');
  await owner.end();
  await deps.pool.query('update quarantine set retry_at = clock_timestamp() where row_id = $1', [bad]);
  await succeeded(bad);
  // Let go of after it succeeded.
  await eventually(async () => expect(await aside()).toEqual([]));
});
