// PostgreSQL servers of a test's own, the programs of the system: a primary, and standbys that stream from it.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { eventually } from './eventually';
import { freePort } from './ports';

/** Where Debian keeps them, the newest last. */
const PROGRAMS = '/usr/lib/postgresql';

export interface Server {
  readonly port: number;
  readonly url: string;
  /** As its superuser. */
  sql(text: string, values?: unknown[]): Promise<Record<string, any>[]>;
  /** Stops the postmaster and its children, as a machine that hangs. */
  freeze(): void;
  thaw(): void;
  /** Cuts everybody off. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

export interface Pair {
  readonly primary: Server;
  readonly standby: Server;
  stop(): Promise<void>;
}

const bin = (program: string): string => {
  const newest =
    fs
      .readdirSync(PROGRAMS)
      .sort((one, other) => Number(one) - Number(other))
      .at(-1) ?? '';
  return path.join(PROGRAMS, newest, 'bin', program);
};

/** PostgreSQL refuses to run as root. */
const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
const run = (program: string, ...words: string[]) =>
  execFileSync(bin(program), words, { ...asNobody, stdio: ['ignore', 'ignore', 'pipe'], cwd: os.tmpdir() });

/** @param database made on the primary */
export async function startPair(database: string): Promise<Pair> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-pair-'));
  fs.chmodSync(folder, 0o777);
  const at = (name: string) => path.join(folder, name);
  run('initdb', '-D', at('primary'), '-U', 'postgres', '--auth=trust', '--no-sync');
  const primary = serverIn(at('primary'), await freePort(), database);
  await primary.start();
  await primary.sql('select', []);
  run('pg_basebackup', '-D', at('standby'), '-R', '-X', 'stream', '-c', 'fast', '-d', primary.url);
  const standby = serverIn(at('standby'), await freePort(), database);
  await standby.start();
  return {
    primary,
    standby,
    stop: async () => {
      await Promise.all([standby.stop(), primary.stop()]);
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

function serverIn(directory: string, port: number, database: string): Server {
  const url = (name: string) => `postgresql://postgres@127.0.0.1:${port}/${name}`;
  let child: ReturnType<typeof spawn> | null = null;
  const sql = async (text: string, values: unknown[] = [], name = database) => {
    const client = new pg.Client({ connectionString: url(name) });
    client.on('error', () => undefined);
    await client.connect();
    return (await client.query(text, values).finally(() => client.end())).rows;
  };
  const pids = () => {
    const pid = String(child?.pid);
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', pid], { encoding: 'utf8' });
    return [pid, ...children.split(/\s+/)].filter((one) => one !== '').map(Number);
  };
  const signal = (name: NodeJS.Signals) => {
    for (const pid of pids())
      try {
        process.kill(pid, name);
      } catch (error) {
        // A backend may have ended since it was listed.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
      }
  };
  return {
    port,
    url: url(database),
    sql,
    freeze: () => signal('SIGSTOP'),
    thaw: () => signal('SIGCONT'),
    stop: async () => {
      if (!child || child.exitCode !== null) return;
      const gone = new Promise((resolve) => child?.once('exit', resolve));
      signal('SIGCONT');
      child.kill('SIGQUIT');
      await gone;
    },
    start: async () => {
      const settings = {
        listen_addresses: '127.0.0.1',
        unix_socket_directories: '',
        ...{ max_connections: '60', shared_buffers: '32MB', fsync: 'off', synchronous_commit: 'on' },
      };
      const words = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      child = spawn(bin('postgres'), ['-D', directory, '-p', String(port), ...words], {
        ...asNobody,
        stdio: 'ignore',
      });
      await eventually(() => sql('select', [], 'postgres'));
      const exists = 'select from pg_database where datname = $1';
      if ((await sql(exists, [database], 'postgres')).length === 0)
        await sql(`create database ${database}`, [], 'postgres');
    },
  };
}
