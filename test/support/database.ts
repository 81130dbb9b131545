// A fresh, migrated database for a test file: a clone of the template that the global set-up made.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { searchPathOf } from '../../src/db/code';

export interface FreshDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

/** The server of this run: embedded unless TEST_DATABASE_URL names one. */
export const serverUrl = (): string => {
  const url = process.env.TEST_SERVER_URL;
  if (!url) throw new Error('The global set-up has not run');
  return url;
};

export const TEMPLATE = 'credits_gateway_template';

/** The address of another database on the same server. */
export const urlOf = (database: string): string =>
  // Not by the URL class: the address of a socket has no host, which it refuses.
  serverUrl().replace(/^(\w+:\/\/[^/]*)\/[^?]*/, `$1/${database}`);

/** A connection as the owner of the tables, which finds this release's functions. */
export const ownerOf = (url: string) => ({
  connectionString: url,
  options: `-c search_path=${searchPathOf(CODE.schema)}`,
});

export async function freshDatabase(): Promise<FreshDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`create database ${name} template ${TEMPLATE}`);
  return { url: urlOf(name), drop: () => onServer(`drop database if exists ${name} with (force)`) };
}

export async function onServer(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A server that was given is left as it was found. */
export async function dropTestDatabases(): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  const { rows } = await client.query(
    `select datname from pg_database where datname ~ '^test_[0-9a-f]{32}$'`,
  );
  for (const { datname } of rows) await client.query(`drop database if exists ${datname} with (force)`);
  await client.query(`drop database if exists ${TEMPLATE} with (force)`);
  await client.end();
}
