// A worker beside the gateway: what it answers at a port of its own, and what a container's health check makes of it.
import { execFile } from 'node:child_process';
import path from 'node:path';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
afterAll(stopGateways);

const ROOT = path.resolve(__dirname, '..', '..');
const METRICS = { METRICS_TOKEN: 'a-token-of-this-test' };
const startWorker = () =>
  startGateway({ DATABASE_URL: database.url, ROLE: 'worker', WORKER_PORT: '0', ...METRICS });

/** Runs the image's health check. @returns its exit code and what it said */
function healthcheck(env: Record<string, string>): Promise<{ code: number; said: string }> {
  const options = { cwd: ROOT, env: { PATH: process.env.PATH, ...env }, timeout: 30_000 };
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/src/cli/healthcheck.js'], options, (error, _stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, said: stderr }),
    );
  });
}

it('a worker answers at WORKER_PORT whether it lives and can work, and its figures, and serves nothing else', async () => {
  const worker = await startWorker();
  const status = async (at: string, init: RequestInit = {}) =>
    (await fetch(`${worker.url}${at}`, init)).status;
  expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200]);
  const authorization = `Bearer ${METRICS.METRICS_TOKEN}`;
  expect(await status('/metrics', { headers: { authorization } })).toBe(200);
  expect(await status('/metrics')).toBe(401);
  for (const at of ['/graphql', '/webhooks/stripe', '/dev/token'])
    expect(await status(at, { method: 'POST' })).toBe(404);
  for (const at of ['/console', '/shop', '/schema.graphql']) expect(await status(at)).toBe(404);
  expect(await worker.stop()).toBe(0);
});

it('the health check of a container asks the port of its role, and fails when nobody answers there', async () => {
  const worker = await startWorker();
  const port = new URL(worker.url).port;
  expect(await healthcheck({ ROLE: 'worker', WORKER_PORT: port })).toEqual({ code: 0, said: '' });
  expect((await healthcheck({ ROLE: 'api', PORT: port })).code).toBe(0);
  await worker.stop();
  expect((await healthcheck({ ROLE: 'worker', WORKER_PORT: port })).code).toBe(1);
  expect((await healthcheck({ ROLE: 'worker' })).said).toContain('WORKER_PORT');
});
