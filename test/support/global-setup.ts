// Once for a run: a PostgreSQL server, a migrated template database to clone, and a build for the tests that start real
// processes.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import 'reflect-metadata';
import pg from 'pg';
import { installSimulator } from '../../packages/simulator/src/install';
import { CODE } from '../../src/app/database';
import { startEmbeddedPostgres } from '../../src/db/embedded';
import { prepareDatabase } from '../../src/db/prepare';
import { onServer, serverUrl, TEMPLATE, urlOf } from './database';

/** With these each gateway has as many as in production. */
const CONNECTIONS_ENOUGH = 200;

export default async function globalSetup(): Promise<void> {
  execFileSync(process.execPath, ['scripts/build.mjs'], { stdio: 'inherit' });
  const given = process.env.TEST_DATABASE_URL;
  if (given) {
    process.env.TEST_SERVER_URL = given;
    await shareConnections();
  } else {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-test-'));
    fs.chmodSync(directory, 0o711);
    // A test run that loses its data on a power cut has lost nothing.
    const settings = {
      fsync: 'off',
      synchronous_commit: 'off',
      full_page_writes: 'off',
      // Two workers, and a file that ends connections by the hundred beside another that has its own gateways.
      max_connections: '500',
      // A transaction that waits for its second phase has no session.
      max_prepared_transactions: '10',
    };
    const server = await startEmbeddedPostgres({ dataDir: path.join(directory, 'data'), settings });
    process.env.TEST_SERVER_URL = server.url;
    Object.assign(globalThis, { __testServer: server, __testDirectory: directory });
  }
  await onServer(`drop database if exists ${TEMPLATE} with (force)`);
  await onServer(`create database ${TEMPLATE}`);
  await prepareDatabase({
    url: urlOf(TEMPLATE),
    mode: 'mock',
    code: CODE,
    alsoInstall: installSimulator,
  });
}

/** Two workers with two gateways each have room, however few connections a server allows that is somebody's. */
async function shareConnections(): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl() });
  await client.connect();
  const { rows } = await client.query("select current_setting('max_connections')::integer as most");
  await client.end();
  if (rows[0].most < CONNECTIONS_ENOUGH) process.env.TEST_CONNECTIONS_MAX = '5';
}
