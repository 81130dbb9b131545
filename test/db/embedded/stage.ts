// What every test of the embedded database needs: a place for files, databases and gateways that end with the test.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../src/db/embedded';
import { commandLineOf } from '../../../src/db/embedded/processes';

export const isRoot = process.geteuid?.() === 0;

/** Where the files of one test file go. Open as on a real machine: PostgreSQL's account must get there. */
export const root = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'embedded-test-'));
fs.chmodSync(root, 0o755);
/** One database for all tests that do not need a first start. */
export const dataDir = path.join(root, 'data');
export const cluster = path.join(dataDir, 'postgres', 'cluster');

const running: EmbeddedPostgres[] = [];
const gateways: ChildProcess[] = [];

afterEach(async () => {
  for (const gateway of gateways.splice(0)) gateway.kill('SIGKILL');
  for (const database of running.splice(0)) await database.stop();
});

// The database of a gateway that was just killed may still be writing.
afterAll(() => fs.rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }));

/** A database in this process. Its files need not outlive the machine, unless the settings say so. */
export async function start(
  directory = dataDir,
  settings: Record<string, string> = {},
): Promise<EmbeddedPostgres> {
  const database = await startEmbeddedPostgres({
    dataDir: directory,
    settings: { fsync: 'off', ...settings },
  });
  running.push(database);
  return database;
}

export async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

export function startGateway(directory: string, ...rest: string[]): ChildProcess {
  const program = [path.join(__dirname, 'gateway.js'), directory, ...rest];
  const gateway = spawn(process.execPath, program, { stdio: ['ignore', 'pipe', 'inherit'] });
  gateways.push(gateway);
  return gateway;
}

export async function databaseOf(gateway: ChildProcess): Promise<{ url: string; pid: number }> {
  for await (const line of readline.createInterface({ input: gateway.stdout! })) {
    const said = JSON.parse(line);
    if (said.refused) throw new Error(said.refused);
    return said;
  }
  throw new Error('the gateway ended without a word');
}

export async function until(what: string, holds: () => boolean, limitMs: number): Promise<void> {
  const startedMs = performance.now();
  while (!holds()) {
    if (performance.now() - startedMs > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await delay(10);
  }
}

export const hasEnded = (pid: number) => commandLineOf(pid) === null;
