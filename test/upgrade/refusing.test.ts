// A version that cannot run beside what it finds does not start and says who can; one that takes something away waits for those
// that still use it.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freshDatabase } from '../support/database';
import { startGateway, stopGateways } from '../support/gateway';

const ROOT = path.resolve(__dirname, '..', '..');
const NEXT = 1764999999999;
/** What a migration does not wait longer for, and a little. */
const PATIENCE_MS = 40_000;

const made: { root?: string } = {};

/** This version with one migration more, which takes away what this one uses. */
beforeAll(() => {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-next-'));
  fs.cpSync(path.join(ROOT, 'dist'), path.join(root, 'dist'), { recursive: true });
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
  fs.writeFileSync(
    path.join(root, 'dist', 'migrations', `${NEXT}-takes-away.js`),
    `exports.TakesAway${NEXT} = class TakesAway${NEXT} {
       runsBeside = ${NEXT};
       async up(runner) { await runner.query('alter table packages drop column active') }
       async down() {}
     };`,
  );
  made.root = root;
});
afterAll(async () => {
  await stopGateways();
  if (made.root) fs.rmSync(made.root, { recursive: true, force: true });
});

const started = async () => {
  const database = await freshDatabase();
  const env = { DATABASE_URL: database.url };
  return { env, running: await startGateway(env) };
};

/** What the next version says when it does not start. */
const refusalOf = (env: Record<string, string>) =>
  new Promise<string>((resolve, reject) => {
    const all = { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', ...env };
    const options = { cwd: made.root, env: all, timeout: PATIENCE_MS };
    execFile(process.execPath, ['dist/src/main.js'], options, (error, stdout, stderr) =>
      error?.code === 1 ? resolve(stderr) : reject(new Error(`${error} ${stdout} ${stderr}`)),
    );
  });

test('a version that takes something away waits for who uses it, and then keeps away whoever would', async () => {
  const { env, running } = await started();
  const waiting = startGateway(env, made.root);
  const first = await Promise.race([
    waiting.then(() => 'it started'),
    new Promise((resolve) => setTimeout(() => resolve('it waits'), 5_000)),
  ]);
  expect(first).toBe('it waits');
  expect((await fetch(`${running.url}/readyz`)).status).toBe(200);

  await running.stop();
  const next = await waiting;
  expect((await fetch(`${next.url}/readyz`)).status).toBe(200);
  await expect(startGateway(env)).rejects.toThrow(
    `migration TakesAway${NEXT} has taken away what it uses. Versions that bring migration ${NEXT} can`,
  );
  expect((await fetch(`${next.url}/readyz`)).status).toBe(200);
});

test(
  'a version that takes something away does not start beside one that goes on, names it, and has changed nothing',
  async () => {
    const { env, running } = await started();
    expect(await refusalOf(env)).toMatch(
      new RegExp(`takes away what processes that run still use: .* \\(process ${running.pid}\\)`),
    );
    const client = await running.as('reader');
    const { data } = await client.query('{ packages { id active } }');
    expect(data.packages.length).toBeGreaterThan(0);
  },
  PATIENCE_MS * 2,
);
