// A PgBouncer of a test's own in front of the run's server, in transaction mode.
import { type ChildProcess, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort } from './ports';

export interface Pooler {
  /** The address of a database through it. */
  urlOf(directUrl: string): string;
  /** kill -9 and the same port again: every client of it is cut off. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** What the page for operators sets. */
function documented(): string[] {
  const page = fs.readFileSync(
    path.join(__dirname, '..', '..', 'docs', 'operations', 'databases.md'),
    'utf8',
  );
  const [, lines = ''] = /^\[pgbouncer\]\n(.*?)^```/ms.exec(page) ?? [];
  // Of the PgBouncer that Debian has, as the page says.
  return lines.split('\n').filter((line) => line !== '' && !line.startsWith('max_prepared_statements'));
}

const READY_WITHIN_MS = 10_000;

/**
 * @param server address of the server behind it, over TCP
 * @param connections of the server that it shares out, per database
 * @param more lines of its configuration
 */
export async function startPooler(server: string, connections: number, more: string[] = []): Promise<Pooler> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-pooler-'));
  // It refuses to run as root, and reads its files as whom it runs.
  fs.chmodSync(directory, 0o755);
  const { hostname, port: serverPort, username } = new URL(server);
  const port = await freePort();
  const file = (name: string, text: string) => {
    fs.writeFileSync(path.join(directory, name), text, { mode: 0o644 });
    return path.join(directory, name);
  };
  const users = file('users.txt', `"${username}" ""\n`);
  const settings = file(
    'pgbouncer.ini',
    [
      '[databases]',
      `* = host=${hostname} port=${serverPort || 5432}`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      'unix_socket_dir =',
      'auth_type = trust',
      `auth_file = ${users}`,
      ...documented(),
      `default_pool_size = ${connections}`,
      ...more,
    ].join('\n'),
  );
  const isRoot = process.getuid?.() === 0;
  const start = () => ready(spawn('pgbouncer', [...(isRoot ? ['-u', 'nobody'] : []), settings]));
  let child = await start();
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  return {
    urlOf: (directUrl) => Object.assign(new URL(directUrl), { hostname: '127.0.0.1', port: `${port}` }).href,
    restart: async () => {
      await kill();
      child = await start();
    },
    stop: async () => {
      await kill();
      fs.rmSync(directory, { recursive: true, force: true });
    },
  };
}

function ready(child: ChildProcess): Promise<ChildProcess> {
  let said = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`PgBouncer is not ready: ${said}`)), READY_WITHIN_MS);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`PgBouncer ended with ${code}: ${said}`)));
    child.stderr?.on('data', (chunk) => {
      said += chunk;
      if (!/process up/.test(said)) return;
      clearTimeout(timer);
      resolve(child);
    });
  });
}
