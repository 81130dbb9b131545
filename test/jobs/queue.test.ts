import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { CODE } from '../../src/app/database';
import type { JobDeps } from '../../src/jobs/deps';
import { findJob } from '../../src/jobs/find';
import { runQueue } from '../../src/jobs/queue';
import { startJob } from '../../src/jobs/start';
import { newId } from '../../src/kernel/ids';
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

async function until(id: string, status: string, withinMs: number): Promise<number> {
  const startedMs = Date.now();
  for (;;) {
    const job = await findJob(deps, id);
    if (job?.status === status) return Date.now() - startedMs;
    if (Date.now() - startedMs > withinMs) throw new Error(`Still ${job?.status} after ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

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

  queue = runQueue(deps, {
    databaseUrl: database.url,
    codeSchema: CODE.schema,
    kinds: [counting()],
    schedules: [{ name: 'nightly', cron: '30 2 * * *', work: async () => undefined }],
    signal: stop.signal,
  });

  expect(await until(job.id, 'succeeded', 30_000)).toBeLessThan(30_000);
  const finished = await findJob(deps, job.id);
  expect(finished?.result).toMatchObject({ from: expect.any(Number) });
  expect((finished?.result as { from: number } | undefined)?.from).toBeGreaterThanOrEqual(1);
}, 60_000);

test('a queued job is taken at once by a process that is free', async () => {
  const job = await start({ to: 1 });

  expect(await until(job.id, 'succeeded', 5_000)).toBeLessThan(5_000);
});

test('a schedule is known to the queue, which fires it once for all processes', async () => {
  const { rows } = await deps.pool.query('select identifier from graphile_worker._private_known_crontabs');

  expect(rows).toEqual([{ identifier: 'nightly' }]);
});
