// What a newcomer meets: a start on nothing but Node, a greeting that can be pasted from, and a port that is taken.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually';
import { startGateway, stopGateways } from '../support/gateway';

const run = promisify(execFile);
const directories: string[] = [];

afterAll(async () => {
  await stopGateways();
  for (const directory of directories) fs.rmSync(directory, { recursive: true, force: true });
});

function emptyDirectory(): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'first-'));
  fs.chmodSync(directory, 0o755);
  directories.push(directory);
  return directory;
}

it('starts on its own database, keeps it, and greets with a token and a query that work when pasted', async () => {
  const DATA_DIR = path.join(emptyDirectory(), 'data');
  const first = await startGateway({ DATA_DIR });
  const [token, query] = await eventually(
    () => [/export TOKEN=(\S+)/, /curl -s .*\\\n.*'/].map((said) => said.exec(first.log.join('\n'))?.[0]),
    (both) => both.every(Boolean),
  );
  const { stdout } = await run('bash', ['-euc', `${token}\n${query}`]);
  expect(JSON.parse(stdout)).toMatchObject({
    data: { viewer: { userId: 'user_1' }, balance: { credits: 0 } },
  });

  const client = await first.as('keeper');
  const made = await client.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe' },
    'intent { id }',
  );
  await client.mutate('simulatePayment', { id: made.intent.id, outcome: 'succeed' }, 'intent { status }');
  expect(await first.stop()).toBe(0);
  const second = await startGateway({ DATA_DIR });
  expect((await (await second.as('keeper')).query('{ balance { credits } }')).data.balance.credits).toBe(50);
  await second.kill();
  const third = await startGateway({ DATA_DIR });
  expect((await (await third.as('keeper')).query('{ balance { credits } }')).data.balance.credits).toBe(50);
  await third.stop();
});

it('says by whom the port is taken, and what to do', async () => {
  const gateway = await startGateway({ DATA_DIR: path.join(emptyDirectory(), 'data') });
  const { port } = new URL(gateway.url);
  const failed = await run(process.execPath, ['dist/src/main.js'], {
    env: { PATH: process.env.PATH, PORT: port },
  }).catch((error) => error);
  expect(failed.code).toBe(1);
  expect(failed.stderr).toContain(`Port ${port} is taken by process ${gateway.pid}`);
  expect(failed.stderr).not.toContain('    at ');
  await gateway.stop();
});

it.each([
  [
    { HOST: '192.0.2.1' },
    /^HOST=192\.0\.2\.1 PORT=\d+: nothing can listen there \(EADDRNOTAVAIL\): HOST is no address of/,
  ],
  [{ HOST: 'nobody.invalid' }, /^HOST=nobody\.invalid PORT=\d+: nothing can listen there \(E\w+\)/],
])('says of %j that nothing can listen there', async (given, why) => {
  const env = { PATH: process.env.PATH, ALLOW_MOCK_ON_NETWORK: 'true', PORT: '0', ...given };
  const failed = await run(process.execPath, ['dist/src/main.js'], { env }).catch((error) => error);
  expect([failed.code, failed.stdout]).toEqual([1, '']);
  expect(failed.stderr).toMatch(why);
});

it("names a worker's own variable where its port is taken", async () => {
  const gateway = await startGateway({ DATA_DIR: path.join(emptyDirectory(), 'data') });
  const { port } = new URL(gateway.url);
  const env = { PATH: process.env.PATH, ROLE: 'worker', WORKER_PORT: port };
  const failed = await run(process.execPath, ['dist/src/main.js'], { env }).catch((error) => error);
  expect(failed.stderr).toContain(`choose another port: WORKER_PORT=${Number(port) + 1} npm start`);
  await gateway.stop();
});

it('names every wrong setting at once', async () => {
  const env = { PATH: process.env.PATH, PORT: 'many', ROLE: 'king', INTENT_TTL: 'soon' };
  const failed = await run(process.execPath, ['dist/src/main.js'], { env }).catch((error) => error);
  expect(failed.code).toBe(1);
  for (const name of ['PORT', 'ROLE', 'INTENT_TTL']) expect(failed.stderr).toContain(name);
  expect(failed.stderr).toContain('PORT: this is no number');
});

it('says which Node is needed, where it is started by an older one', async () => {
  const versions = ['18.20.4', '20.18.3', '20.19.0', '21.7.3', '22.11.0', '22.12.0', '24.0.0', '26.12.1'];
  const text = `import('./scripts/node-version.mjs').then(({ refusalOf }) => console.log(JSON.stringify(${JSON.stringify(versions)}.map(refusalOf))))`;
  const { stdout } = await run(process.execPath, ['-e', text]);
  const refused = JSON.parse(stdout) as (string | null)[];
  expect(refused[0]).toBe('Node 20.19 or newer is needed (of 22: 22.12), and this is 18.20.4.');
  expect(versions.filter((_, at) => refused[at] === null)).toEqual([
    '20.19.0',
    '22.12.0',
    '24.0.0',
    '26.12.1',
  ]);
});
