// Writes what the migrations make of an empty database: npm run schema. A test fails when the file and the migrations differ.
import 'reflect-metadata';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { CODE } from '../app/database';
import { dumpDatabase } from '../db/dump';
import { startEmbeddedPostgres } from '../db/embedded';
import { prepareDatabase } from '../db/prepare';

/** A database of a few seconds loses nothing. */
const SETTINGS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

async function main(file: string): Promise<void> {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-schema-'));
  // The account that PostgreSQL runs as passes through.
  fs.chmodSync(directory, 0o711);
  const server = await startEmbeddedPostgres({ dataDir: path.join(directory, 'data'), settings: SETTINGS });
  const client = new pg.Client({ connectionString: server.url });
  try {
    await prepareDatabase({ url: server.url, mode: 'mock', code: CODE });
    await client.connect();
    fs.writeFileSync(file, await dumpDatabase(client));
  } finally {
    await client.end();
    await server.stop();
    fs.rmSync(directory, { recursive: true, force: true });
  }
}

const [file = 'schema/database.sql'] = process.argv.slice(2);
main(file).catch((error: unknown) => {
  process.stderr.write(`${(error as Error)?.stack ?? error}\n`);
  process.exit(1);
});
