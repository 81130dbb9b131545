import type { Caller } from '../../src/callers/caller';
import { cancelJob } from '../../src/jobs/cancel';
import type { JobDeps } from '../../src/jobs/deps';
import { findJob } from '../../src/jobs/find';
import type { Job } from '../../src/jobs/job.entity';
import type { JobKind } from '../../src/jobs/kind';
import { resumeJob } from '../../src/jobs/resume';
import { runJob } from '../../src/jobs/run';
import { startJob } from '../../src/jobs/start';
import { type JobStanding, watchJob } from '../../src/jobs/watch';
import { newId } from '../../src/kernel/ids';
import { Problem } from '../../src/kernel/problems';
import { useDatabase } from '../support/pools';
import { counting, jobDeps } from './counting';

const finance: Caller = { id: 'fin_1', role: 'finance' };
const database = useDatabase();
let deps: JobDeps;
beforeAll(() => {
  deps = jobDeps(database.pool());
});

const start = (to: number) =>
  startJob(deps, { id: newId('export'), kind: 'counting', input: { to }, requestedBy: 'fin_1' });
const run = (id: string, kind: JobKind, signal = new AbortController().signal) =>
  runJob(deps, [kind], id, signal);
const found = async (id: string) => (await findJob(deps, id)) as Job;
/** As if the process that ran it had died long ago. */
const dieOf = (id: string) =>
  deps.pool.query(`update jobs set lease_until = now() - interval '1 second' where id = $1`, [id]);

test('a job runs to its end and keeps what it found', async () => {
  const { id, status } = await start(3);
  expect(status).toBe('queued');

  await run(id, counting());

  expect(await found(id)).toMatchObject({
    status: 'succeeded',
    done: 3,
    total: 3,
    result: { from: 0, to: 3 },
    requestedBy: 'fin_1',
  });
});

test('only one process runs a job at a time', async () => {
  const { id } = await start(2);
  let calls = 0;
  const kind = counting(() => {
    calls++;
  });

  const ran = await Promise.all([run(id, kind), run(id, kind), run(id, kind)]);

  expect(ran.filter(Boolean)).toHaveLength(1);
  expect(calls).toBe(2);
});

test('what a dead process left goes on from its checkpoint, and the late one cannot speak for it', async () => {
  const { id } = await start(4);
  const steps: number[] = [];
  let release: () => void = () => undefined;
  const late = run(
    id,
    counting((step) => {
      if (step !== 3) return undefined;
      return new Promise<void>((resolve) => {
        release = resolve;
      });
    }),
  );
  while ((await found(id)).done < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await dieOf(id);

  await run(
    id,
    counting(async (step) => {
      steps.push(step);
      if (step !== 3) return;
      release();
      await late;
    }),
  );

  expect(steps).toEqual([3, 4]);
  expect(await found(id)).toMatchObject({ status: 'succeeded', result: { from: 2, to: 4 } });
});

test('a canceled job stops at its next checkpoint, and resumed it goes on where it was', async () => {
  const { id } = await start(5);
  const steps: number[] = [];
  await run(
    id,
    counting(async (step) => {
      steps.push(step);
      if (step === 3) await cancelJob(deps, finance, id);
    }),
  );
  expect(await found(id)).toMatchObject({ status: 'canceled', done: 2 });

  expect((await resumeJob(deps, finance, id)).status).toBe('queued');
  await run(
    id,
    counting((step) => {
      steps.push(step);
    }),
  );

  expect(steps).toEqual([1, 2, 3, 3, 4, 5]);
  expect((await found(id)).status).toBe('succeeded');
});

test('a finished job cannot be canceled or resumed, and what is no job is not found', async () => {
  const { id } = await start(1);
  await run(id, counting());

  await expect(cancelJob(deps, finance, id)).rejects.toMatchObject({
    code: 'INVALID_STATE',
    current: 'succeeded',
  });
  await expect(resumeJob(deps, finance, id)).rejects.toMatchObject({ code: 'INVALID_STATE' });
  await expect(cancelJob(deps, finance, 'exp_none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(resumeJob(deps, finance, 'exp_\0')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a problem fails a job in its own words, at once', async () => {
  const { id } = await start(1);

  await run(
    id,
    counting(() => {
      throw new Problem('INVALID_INPUT', 'The range is empty.');
    }),
  );

  expect(await found(id)).toMatchObject({ status: 'failed', message: 'The range is empty.' });
});

test('a fault is tried again three times, and never told in its own words', async () => {
  const { id } = await start(1);
  const broken = counting(() => {
    throw new Error('password=hunter2');
  });
  for (let round = 1; round <= 3; round++) {
    expect((await found(id)).status).toBe('queued');
    await dieOf(id);
    await run(id, broken);
  }

  const job = await found(id);
  expect(job.status).toBe('failed');
  expect(job.message).not.toContain('hunter2');
});

test('a job that ends every process it runs in is given up', async () => {
  const { id } = await start(1);
  await deps.pool.query('update jobs set tries = 3 where id = $1', [id]);

  await run(id, counting());

  expect(await found(id)).toMatchObject({ status: 'failed' });
});

test('a process that stops puts its job back for the next one', async () => {
  const { id } = await start(3);
  const stopping = new AbortController();
  await run(
    id,
    counting((step) => {
      if (step === 2) stopping.abort();
    }),
    stopping.signal,
  );
  expect(await found(id)).toMatchObject({ status: 'queued', done: 1, tries: 0 });

  await run(id, counting());

  expect(await found(id)).toMatchObject({ status: 'succeeded', result: { from: 1, to: 3 } });
});

test('who watches sees a snapshot, each change in order, and the end', async () => {
  const { id } = await start(3);
  const seen: JobStanding[] = [];
  const watching = (async () => {
    for await (const standing of await watchJob(deps, id)) seen.push(standing);
  })();
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));

  await run(id, counting());
  await watching;

  expect(seen.map(({ status, done }) => `${status} ${done}`)).toEqual([
    'queued 0',
    'running 0',
    'running 1',
    'running 2',
    'running 3',
    'succeeded 3',
  ]);
  const again: JobStanding[] = [];
  for await (const standing of await watchJob(deps, id)) again.push(standing);
  expect(again.map(({ status }) => status)).toEqual(['succeeded']);
});
