// Entities own their columns: what they say and what the migrations made are the same, and TypeORM's own command line works
// on the database that the gateway uses.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { DataSource } from 'typeorm';
import { ENTITIES } from '../../src/app/database';
import { ownerDataSource } from '../../src/db/data-source';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const ROOT = path.resolve(__dirname, '..', '..');
let source: DataSource;

beforeAll(async () => {
  source = await ownerDataSource(database.url, ENTITIES).initialize();
});
afterAll(async () => {
  await source.destroy();
  await stopGateways();
});

it('a migration that TypeORM generates from the entities is empty', async () => {
  const { upQueries } = await source.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

// Only SQL reads them. TypeORM has no name for xid8, which the database fills; that a lot is used up is for its indexes.
const WITHOUT_PROPERTY = [
  ...['events.xid', 'journal.xid', 'lots.used_up'],
  ...['risk_decisions.fired', 'risk_decisions.shadow_version', 'risk_decisions.signals', 'risk_lists.range'],
  ...['usages.xid', 'wallets.is_shared', 'wallets.low_at', 'wallets.low_watched', 'wallets.spend_limited'],
];

it('every column of a table that has an entity belongs to the entity', async () => {
  const rows: { table: string; column: string }[] = await source.query(
    `select table_name as "table", column_name as "column" from information_schema.columns
     where table_schema = 'public' and table_name = any($1)`,
    [source.entityMetadatas.map(({ tableName }) => tableName)],
  );
  const owned = new Set(
    source.entityMetadatas.flatMap(({ tableName, columns }) =>
      columns.map(({ databaseName }) => `${tableName}.${databaseName}`),
    ),
  );
  expect(rows.length).toBeGreaterThan(100);
  const orphans = rows.map(({ table, column }) => `${table}.${column}`).filter((name) => !owned.has(name));
  expect(orphans.sort()).toEqual(WITHOUT_PROPERTY);
});

/** TypeORM's own command line, as `npm run typeorm` calls it. */
function typeorm(dataDir: string, ...words: string[]): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: dataDir };
  const command = ['node_modules/typeorm/cli.js', '-d', 'dist/ormconfig.js', ...words];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, command, { cwd: ROOT, env, timeout: 50_000 }, (error, stdout, stderr) =>
      error ? reject(new Error(`${stdout}${stderr}`)) : resolve(stdout),
    );
  });
}

it('the command line of TypeORM works on the embedded database, before a gateway has run there and beside one', async () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'credits-gateway-typeorm-'));
  fs.chmodSync(dataDir, 0o711);
  expect(await typeorm(dataDir, 'migration:show')).not.toContain('[X]');
  expect(await typeorm(dataDir, 'migration:run')).toContain('has been executed successfully');
  const shown = await typeorm(dataDir, 'migration:show');
  expect(shown).toContain('[X]');
  expect(shown).not.toContain('[ ]');

  const gateway = await startGateway({ DATA_DIR: dataDir });
  expect(await typeorm(dataDir, 'migration:show')).toBe(shown);
  const generated = path.join(dataDir, 'migration');
  await expect(typeorm(dataDir, 'migration:generate', generated, '--check')).resolves.toContain('No changes');
  expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
  await gateway.stop();
  fs.rmSync(dataDir, { recursive: true, force: true });
});
