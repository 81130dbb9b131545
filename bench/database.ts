// A database for a benchmark: on the server that DATABASE_URL names, else on an embedded one of its own.
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { CODE } from '../src/app/database';
import { startEmbeddedPostgres } from '../src/db/embedded';
import { prepareDatabase } from '../src/db/prepare';

export interface BenchDatabase {
  readonly url: string;
  /** Version and where it runs, for the first line of a report. */
  readonly server: string;
  stop(): Promise<void>;
}

/** The server that DATABASE_URL names, else an embedded one with its data in `.data/<name>`. */
export async function openServer(name: string): Promise<BenchDatabase> {
  const given = process.env.DATABASE_URL;
  const embedded = given ? null : await startEmbeddedPostgres({ dataDir: path.join('.data', name) });
  const url = given ?? embedded?.url ?? '';
  const admin = new pg.Client({ connectionString: url });
  await admin.connect();
  const { rows } = await admin.query('show server_version');
  await admin.end();
  return {
    url,
    server: `PostgreSQL ${rows[0].server_version}${embedded ? ' (embedded)' : ''}`,
    stop: async () => embedded?.stop(),
  };
}

/** Opens and migrates database `name`. @param fresh drops what is there first. */
export async function openDatabase(name: string, fresh: boolean): Promise<BenchDatabase> {
  const server = await openServer(name);
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  if (fresh) await admin.query(`drop database if exists ${name} with (force)`);
  const { rowCount } = await admin.query('select 1 from pg_database where datname = $1', [name]);
  if (rowCount === 0) await admin.query(`create database ${name}`);
  await admin.end();
  const url = databaseOf(server.url, name);
  await prepareDatabase({ url, mode: 'mock', code: CODE });
  return { ...server, url };
}

/** The URL of another database of the same server. */
export const databaseOf = (serverUrl: string, name: string): string =>
  serverUrl.replace(/\/[^/?]*(\?|$)/, `/${name}$1`);

/** The machine, in one line. */
export const machine = (): string =>
  `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}, load ${os.loadavg()[0]?.toFixed(1)}`;
