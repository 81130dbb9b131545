// Who runs on a database, what becomes of the functions of those that do no longer, and who is kept away.
import pg from 'pg';
import { migrate, NEWEST_MIGRATION } from '../../src/db/migrate';
import { createPool } from '../../src/db/pool';
import { prepareDatabase } from '../../src/db/prepare';
import { beat, dropUnusedCode, leave, listProcesses, thisProcess } from '../../src/db/processes';
import { type FreshDatabase, freshDatabase } from '../support/database';

let database: FreshDatabase;
let owner: pg.Client;
let pool: pg.Pool;

const codeOf = (schema: string) => ({
  schema,
  texts: ['create function told() returns integer language sql as $$ select 1 $$;'],
});
const start = (schema: string, process = thisProcess(schema, NEWEST_MIGRATION, 'all')) =>
  prepareDatabase({ url: database.url, mode: 'mock', code: codeOf(schema), process }).then(() => process);
const isThere = async (schema: string) =>
  (await owner.query('select to_regnamespace($1) is not null as there', [schema])).rows[0].there;

beforeEach(async () => {
  database = await freshDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  pool = createPool(database.url, 'code_00', 2, () => undefined);
});
afterEach(async () => {
  await pool.end();
  await owner.end();
  await database.drop();
});

test('a process is listed while it beats, with its version and its functions', async () => {
  const mine = await start('code_01');
  expect(await listProcesses(pool)).toMatchObject([
    { id: mine.id, version: '0.1.0', codeSchema: 'code_01', role: 'all', pid: process.pid },
  ]);

  await owner.query(`update processes set beat_at = beat_at - interval '61 seconds'`);
  expect(await listProcesses(pool)).toEqual([]);

  await beat(pool, mine);
  expect(await listProcesses(pool)).toHaveLength(1);
  await leave(pool, mine);
  expect(await listProcesses(pool)).toEqual([]);
});

test('functions are dropped when no process that calls them was heard of for a day', async () => {
  await start('code_01');
  await start('code_02');
  await owner.query(`update code_schemas set installed_at = installed_at - interval '2 days'`);
  await owner.query(
    `update processes set beat_at = beat_at - interval '23 hours' where code_schema = 'code_01'`,
  );
  await dropUnusedCode(pool);
  expect([await isThere('code_01'), await isThere('code_02')]).toEqual([true, true]);

  await owner.query(
    `update processes set beat_at = beat_at - interval '2 hours' where code_schema = 'code_01'`,
  );
  await dropUnusedCode(pool);
  expect([await isThere('code_01'), await isThere('code_02')]).toEqual([false, true]);

  // Rolled back to.
  await start('code_01');
  expect(await isThere('code_01')).toBe(true);
});

test('functions that were installed a moment ago stay, whether somebody beats or not', async () => {
  await owner.query('delete from code_schemas');
  await start('code_01').then((mine) => leave(pool, mine));

  expect(await dropUnusedCode(pool)).toBe(0);
  expect(await isThere('code_01')).toBe(true);
});

test('nothing is dropped while somebody starts', async () => {
  await start('code_01').then((mine) => leave(pool, mine));
  await owner.query(`update code_schemas set installed_at = installed_at - interval '2 days'`);
  await owner.query('select pg_advisory_lock(4000001)');

  expect(await dropUnusedCode(pool)).toBe(0);
  await owner.query('select pg_advisory_unlock(4000001)');
  expect(await dropUnusedCode(pool)).toBeGreaterThan(0);
});

test('a version that uses what a later migration took away does not start, and says which can', async () => {
  await owner.query(`insert into migrations (timestamp, name) values (1764000000999, 'Later1764000000999')`);
  await start('code_01');
  expect(await listProcesses(pool)).toHaveLength(1);

  await owner.query(`insert into contracts values ('Later1764000000999', 1764000000900)`);
  await expect(start('code_01')).rejects.toThrow(
    /migration Later1764000000999 has taken away what it uses\. Versions that bring migration 1764000000900 can.*Now runs 0\.1\.0 \(code_01\)/s,
  );
  expect(await migrate({ url: database.url, client: owner, newest: 1764000000900 })).toMatchObject({
    unknown: ['Later1764000000999'],
  });
});

test('a version that needs the earlier queue of jobs does not start where that queue never was', async () => {
  await expect(migrate({ url: database.url, client: owner, newest: 1764000000240 })).rejects.toThrow(
    /migration Turns1764000000241 has taken away what it uses/,
  );
});
