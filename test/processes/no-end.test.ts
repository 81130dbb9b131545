// What comes from outside, whatever it is, ends no process: not a provider's answer, not a full disk, not a file that is
// gone. And a fault that nobody caught is said, and what is under way is finished, before the process ends.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { createHub } from '../../src/events/hub';
import { startJob } from '../../src/jobs/start';
import { startGateway, stopGateways } from '../support/gateway';
import { silent } from '../support/intents';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-no-end-'));
afterAll(async () => {
  await stopGateways();
  fs.rmSync(dataDir, { recursive: true });
});

const EXPORT = `query ($id: ID!) { node(id: $id) { ... on ExportJob { status downloadUrl progress { message } } } }`;

async function exportOf(
  client: Awaited<ReturnType<Awaited<ReturnType<typeof startGateway>>['as']>>,
  id: string,
) {
  for (let tries = 0; ; tries++) {
    const { data } = await client.query(EXPORT, { id });
    if (['succeeded', 'failed'].includes(data.node.status) || tries > 200) return data.node;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

it('A provider whose errors have no words is a provider that did not answer, and the gateway goes on', async () => {
  const server = http.createServer((request, response) => {
    request.resume();
    response
      .writeHead(request.url?.includes('cancel') ? 400 : 402, { 'content-type': 'application/json' })
      .end('{"error":{"message":1,"code":{},"type":[]}}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const gateway = await startGateway({ DATABASE_URL: database.url, STRIPE_API_BASE: url, DATA_DIR: dataDir });
  const ann = await gateway.as('ann');

  const made = await ann.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe', idempotencyKey: 'k' },
    'intent { status failure { code message } }',
  );

  expect(made.intent).toEqual({
    status: 'failed',
    failure: { code: 'unknown', message: 'The payment could not be started.' },
  });
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  expect(gateway.log.filter((line) => line.includes('"event":"process.'))).toEqual([]);
  expect(await gateway.stop()).toBe(0);
  server.close();
});

it('An export on a full disk fails in words, one whose file is gone is not found, and the gateway goes on', async () => {
  const id = 'exp_fulldisk';
  const folder = path.join(dataDir, 'exports');
  fs.mkdirSync(folder, { recursive: true });
  // Linux's disk that is always full.
  for (const tries of [1, 2, 3]) fs.symlinkSync('/dev/full', path.join(folder, `${id}.csv.${tries}.part`));
  const gateway = await startGateway({ DATABASE_URL: database.url, DATA_DIR: dataDir });
  const finance = await gateway.as('fin', 'finance');

  await startJob(
    { pool: database.pool(), hub: createHub(), log: silent },
    {
      id,
      kind: 'export',
      input: { name: 'intents', filter: {}, format: 'csv' },
      requestedBy: 'fin',
    },
  );

  expect(await exportOf(finance, id)).toEqual({
    status: 'failed',
    downloadUrl: null,
    progress: { message: 'The disk that exports are written to is full. Make room, then resume.' },
  });

  const { export: job } = await finance.mutate(
    'startExport',
    { select: { intents: {} }, format: 'csv' },
    'export { id }',
  );
  const { downloadUrl } = await exportOf(finance, job.id);
  expect((await fetch(gateway.url + downloadUrl)).status).toBe(200);
  fs.truncateSync(path.join(folder, `${job.id}.csv`), 3);
  expect((await fetch(gateway.url + downloadUrl)).status).toBe(404);
  fs.rmSync(path.join(folder, `${job.id}.csv`));
  fs.mkdirSync(path.join(folder, `${job.id}.csv`));
  expect((await fetch(gateway.url + downloadUrl)).status).toBe(404);
  fs.rmdirSync(path.join(folder, `${job.id}.csv`));
  expect((await fetch(gateway.url + downloadUrl)).status).toBe(404);
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  expect(await gateway.stop()).toBe(0);
});

it.each([
  ['throw new Error("boom")', 'process.uncaught_exception'],
  ['Promise.reject(new Error("boom"))', 'process.unhandled_rejection'],
])('A process that reaches its last handler by %s says so, drains and ends with 1', async (fault, event) => {
  const script = `
    const { lastHandler, stopper } = require('./dist/src/app/stop.js');
    const { createLogger } = require('./dist/src/telemetry/logger.js');
    const log = createLogger('info');
    const close = async () => { await new Promise((done) => setTimeout(done, 100)); log.info('drained'); };
    lastHandler(log, stopper({ close, announceEnd: () => {} }, log));
    setTimeout(() => { ${fault}; }, 10);
    setTimeout(() => { ${fault}; }, 20);`;
  const child = spawn(process.execPath, ['-e', script], { cwd: path.resolve(__dirname, '..', '..') });
  let said = '';
  child.stdout.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise((resolve) => child.once('exit', resolve));

  const lines = said
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ level: 'CRITICAL', event, error: expect.stringContaining('boom') });
  expect(lines.map((line) => line.event)).toContain('drained');
  expect(code).toBe(1);
});
