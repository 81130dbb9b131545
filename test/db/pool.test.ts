// Connections that break at the worst moment: the process goes on.
import pg from 'pg';
import { applicationDataSource } from '../../src/db/data-source';
import { createPool } from '../../src/db/pool';
import { useDatabase } from '../support/pools';

const database = useDatabase();

const FATAL = Object.assign(new Error('terminating connection due to administrator command'), {
  code: '57P01',
});

/** What pg emits when the server says goodbye on a connection that is closing already. */
const breakWhileClosing = (client: pg.PoolClient): boolean => client.emit('error', FATAL);

it('a connection that breaks again while it is being let go ends no process', async () => {
  const pool = createPool(database.url, 1, () => undefined);

  const client = await pool.connect();
  client.release(true);

  expect(breakWhileClosing(client)).toBe(true);
  await pool.end();
});

it('neither does one of the connections that TypeORM keeps', async () => {
  const source = await applicationDataSource(database.url, [], 1).initialize();
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
