// An example as a developer has it: copied to an empty folder, installed, told of a gateway, built, started, and opened in a browser.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import type { Client } from '../support/client';
import { type Stand, useBrowser } from '../web/browser';

const ROOT = path.resolve(__dirname, '..', '..');
const STARTED_WITHIN_MS = 60_000;
const ENDED_WITHIN_MS = 5_000;

export interface Example {
  readonly url: string;
  readonly stand: Stand;
  /** What it printed. */
  readonly log: readonly string[];
  /** Its page, in a browser that was never there. */
  open(path?: string): Promise<Page>;
  /** What the gateway says that a user can spend. */
  available(userId: string): Promise<number>;
  /** Newest first. */
  holds(userId: string): Promise<{ status: string; credits: number; settledCredits: number | null }[]>;
  /** Stops the watch: now something was bought and spent. */
  spent(): void;
}

/** Starts an example for a test file, beside a gateway in mock mode. */
export function useExample(name: string): Example {
  const folder = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-example-')), name);
  const stand = useBrowser();
  const log: string[] = [];
  const watch = stopwatch(name);
  const made = {} as { url: string; service: Client; child: ChildProcess };
  beforeAll(async () => {
    const port = await freePort();
    made.url = `http://127.0.0.1:${port}`;
    stand.friends.add(`127.0.0.1:${port}`);
    made.service = await stand.gateway.as('svc_1', 'service');
    watch.start();
    copyAndInstall(name, folder);
    watch.lap('install');
    const npm = (...args: string[]) => run('npm', args, folder);
    const { scripts } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
    const hooks = scripts.setup.includes('--hooks') ? ['--hooks', `${made.url}/hooks`] : [];
    npm('run', 'setup', '--', '--url', stand.gateway.url, ...hooks);
    if (scripts.build) npm('run', 'build');
    watch.lap('set up and build');
    made.child = await started(folder, port, log);
    watch.lap('start');
  }, 600_000);
  afterAll(async () => {
    await ended(made.child);
    fs.rmSync(path.dirname(folder), { recursive: true });
  });
  return {
    get url() {
      return made.url;
    },
    stand,
    log,
    open: (address = '/') => stand.open(`${made.url}${address}`),
    available: async (userId) => {
      const { data } = await made.service.query(
        'query ($userId: ID!) { balance(userId: $userId) { available } }',
        {
          userId,
        },
      );
      return data.balance.available;
    },
    holds: async (userId) => {
      const { data } = await made.service.query(
        `query ($userId: ID!) {
          holds(userId: $userId, first: 20, status: [open, settled, released, expired]) {
            nodes { status credits settledCredits } } }`,
        { userId },
      );
      return data.holds.nodes;
    },
    spent: () => watch.stop('buy and spend'),
  };
}

/** @throws Error with what it printed */
function run(command: string, args: string[], cwd: string): void {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
}

function copyAndInstall(name: string, folder: string): void {
  // Loaded at run time: it is a program of the repository, and no module of the tests.
  const program = pathToFileURL(path.join(ROOT, 'scripts', 'examples', 'copy.mjs')).href;
  const code = `import { copyExample, installExample } from ${JSON.stringify(program)};
    copyExample(${JSON.stringify(name)}, ${JSON.stringify(folder)}, new Map(JSON.parse(process.env.TEST_EXAMPLES)));
    installExample(${JSON.stringify(folder)});`;
  run(process.execPath, ['--input-type=module', '-e', code], ROOT);
}

/** npm start, in a group of its own, once it answers. */
async function started(folder: string, port: number, log: string[]): Promise<ChildProcess> {
  const child = spawn('npm', ['start'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const take = (chunk: Buffer) => log.push(chunk.toString());
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const untilMs = Date.now() + STARTED_WITHIN_MS;
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers())) {
    if (child.exitCode !== null || Date.now() > untilMs) {
      await ended(child);
      throw new Error(`The example did not start:\n${log.join('')}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return child;
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (!child?.pid || child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  process.kill(-child.pid, 'SIGTERM');
  const timer = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), ENDED_WITHIN_MS);
  await gone;
  clearTimeout(timer);
}

async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Says how long it takes from an empty folder to credits that were spent, in a line of the file EXAMPLE_TIMES. */
function stopwatch(name: string) {
  let startedMs = 0;
  let lastMs = 0;
  const laps: string[] = [];
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const lap = (what: string) => {
    laps.push(`${what} ${seconds(performance.now() - lastMs)}`);
    lastMs = performance.now();
  };
  return {
    start: () => {
      startedMs = performance.now();
      lastMs = startedMs;
    },
    lap,
    stop: (what: string) => {
      lap(what);
      const line = `${name}: ${seconds(lastMs - startedMs)} s from an empty folder to credits bought and spent (${laps.join(', ')})\n`;
      if (process.env.EXAMPLE_TIMES) fs.appendFileSync(process.env.EXAMPLE_TIMES, line);
    },
  };
}
