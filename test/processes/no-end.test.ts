// What comes from outside, whatever it is, ends no process: not a provider's answer, not a file that is gone. And a fault
// that nobody caught is said, and what is under way is finished, before the process ends.
import { spawn } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { eventually } from '../support/eventually';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
afterAll(() => stopGateways());

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
  const gateway = await startGateway({ DATABASE_URL: database.url, STRIPE_API_BASE: url });
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

it('An export whose rows go while it is downloaded ends short, one that is not whole is not found, and the gateway goes on', async () => {
  const gateway = await startGateway({ DATABASE_URL: database.url });
  const finance = await gateway.as('fin', 'finance');
  const { export: job } = await finance.mutate(
    'startExport',
    { select: { intents: {} }, format: 'csv' },
    'export { id }',
  );
  const { downloadUrl } = await exportOf(finance, job.id);
  expect((await fetch(gateway.url + downloadUrl)).status).toBe(200);
  // As many bytes as were said, and the last of them not where they should be.
  await database.pool().query(
    `with cut as (
       update export_parts set bytes = substring(bytes for 5) where export_id = $1 and nth = 0 returning export_id, attempt)
     insert into export_parts (export_id, attempt, nth, bytes)
       select c.export_id, c.attempt, 9, substring(p.bytes from 6) from cut c join export_parts p using (export_id, attempt)
       where p.nth = 0`,
    [job.id],
  );
  await expect(fetch(gateway.url + downloadUrl).then((answer) => answer.text())).rejects.toThrow();
  await eventually(async () =>
    expect(gateway.log.filter((line) => line.includes('export.not_read'))).toHaveLength(1),
  );

  await database.pool().query('delete from export_parts where export_id = $1 and nth = 0', [job.id]);
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
