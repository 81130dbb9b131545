// Connections that break at the worst moment: the process goes on.
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { applicationDataSource } from '../../src/db/data-source';
import { createPool, readInstant } from '../../src/db/pool';
import { useDatabase } from '../support/pools';

const database = useDatabase();

const FATAL = Object.assign(new Error('terminating connection due to administrator command'), {
  code: '57P01',
});

/** What pg emits when the server says goodbye on a connection that is closing already. */
const breakWhileClosing = (client: pg.PoolClient): boolean => client.emit('error', FATAL);

it('a connection that breaks again while it is being let go ends no process', async () => {
  const pool = createPool(database.url, CODE.schema, 1, () => undefined);

  const client = await pool.connect();
  client.release(true);

  expect(breakWhileClosing(client)).toBe(true);
  await pool.end();
});

it('neither does one of the connections that TypeORM keeps', async () => {
  const source = await applicationDataSource(database.url, CODE.schema, [], 1).initialize();
  const { master } = source.driver as unknown as { master: pg.Pool };

  const client = await master.connect();
  client.release(true);

  expect(breakWhileClosing(client)).toBe(true);
  await source.destroy();
});

it('a plain pool of pg would end it', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });

  const client = await pool.connect();
  client.release(true);

  expect(() => breakWhileClosing(client)).toThrow('terminating connection');
  await pool.end();
});

it('no code of the product, its simulator and its tests makes such a pool', () => {
  const root = path.resolve(__dirname, '../..');
  const files = ['src', 'packages', 'storm', 'test'].flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
      .map((name) => path.join(folder, name)),
  );
  const made = files.filter((file) =>
    /new (pg\.)?Pool\(/.test(fs.readFileSync(path.join(root, file), 'utf8')),
  );
  expect(made.sort()).toEqual([
    // Listens to its own.
    'packages/simulator/src/program.ts',
    // Shows above what would happen.
    'test/db/pool.test.ts',
    // Makes those of the tests, which are heard.
    'test/support/pools.ts',
  ]);
});

it('a statement whose table was changed under it is prepared anew, alone and among others', async () => {
  const pool = createPool(database.url, CODE.schema, 1, () => undefined);
  const owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
  await owner.query('create table changing (a integer); insert into changing values (1)');
  await owner.query('grant select on changing to credits_gateway_app');
  const read = () =>
    pool.query({ name: 'changing', text: 'select * from changing where a = $1', values: [1] });

  expect((await read()).rows).toEqual([{ a: 1 }]);
  await owner.query("alter table changing add column b text default 'x'");

  expect((await read()).rows).toEqual([{ a: 1, b: 'x' }]);
  await owner.query('alter table changing drop column b');
  expect(await Promise.all([read(), read()]).then((all) => all.map(({ rows }) => rows))).toEqual([
    [{ a: 1 }],
    [{ a: 1 }],
  ]);
  await owner.end();
  await pool.end();
});

it('a call that gets no answer fails in its time, and its connection is thrown away', async () => {
  const pool = createPool(database.url, CODE.schema, 1, () => undefined);
  const { rows: before } = await pool.query('select pg_backend_pid() as pid');

  const sleeping = pool.query({ text: 'select pg_sleep(5)', query_timeout: 200 } as pg.QueryConfig);
  await expect(sleeping).rejects.toThrow('The database did not answer within 200 ms');

  const { rows: after } = await pool.query('select pg_backend_pid() as pid');
  expect(after[0].pid).not.toBe(before[0].pid);
  await pool.end();
});

it('an instant is read to the millisecond, as the driver reads it, whatever it is', async () => {
  const pool = createPool(database.url, CODE.schema, 1, () => undefined);
  const { rows } = await pool.query<{ at: Date; text: string; ms: string }>(
    `select at, at::text as text, floor(extract(epoch from at) * 1000)::text as ms
     from (select timestamptz '2026-02-28 23:59:58Z' + n * interval '1.000999 milliseconds' as at from generate_series(0, 2000) n
       union all values (timestamptz '1969-12-31 23:59:59.5Z'), ('0099-01-01 00:00:00Z'), ('9999-12-31 23:59:59.999999Z')) instants`,
  );
  for (const { at, text, ms } of rows) {
    expect(`${text} ${at.getTime()}`).toBe(`${text} ${ms}`);
    expect(readInstant(text)).toEqual(at);
  }
  for (const text of [
    'infinity',
    '-infinity',
    '10000-01-01 00:00:00+00',
    '0044-03-15 12:00:00+00 BC',
    '2026-01-31 15:00:00+05:30',
  ])
    expect(readInstant(text)).toEqual(pg.types.getTypeParser(1184, 'text')(text));
  await pool.end();
});
