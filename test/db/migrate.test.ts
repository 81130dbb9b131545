// A migration that waits for a table that is in use does not make everybody wait behind it.
import pg from 'pg';
import { migrate } from '../../src/db/migrate';
import { type FreshDatabase, freshDatabase } from '../support/database';

let database: FreshDatabase;
const clients: pg.Client[] = [];

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  clients.push(client);
  return client;
}

/** As if the migration that makes an index on the journal had not run yet, and somebody writes there and does not end. */
async function writerInTheWay() {
  const owner = await connect();
  await owner.query(
    `drop index journal_metadata; delete from migrations where name = 'PostingsByMetadata1764000000197'`,
  );
  const writer = await connect();
  await writer.query('begin; lock table journal in row exclusive mode');
  return { owner, writer };
}

beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await database.drop();
});

test('while a migration waits for a table, who works on the table is let through, and then it runs', async () => {
  const { owner, writer } = await writerInTheWay();
  const migrating = migrate({ url: database.url, client: owner });
  const other = await connect();
  // As long as a connection of the gateway waits for a lock.
  await other.query(`set lock_timeout = '2s'`);
  for (const untilMs = Date.now() + 4_000; Date.now() < untilMs; )
    await other.query('begin; lock table journal in row exclusive mode; commit');
  await writer.query('commit');

  await migrating;
  const { rows } = await other.query(`select to_regclass('journal_metadata') is not null as there`);
  expect(rows).toEqual([{ there: true }]);
});

test('a migration whose table stays in use is given up in a sentence, and nothing of it is left', async () => {
  const { owner } = await writerInTheWay();
  await expect(migrate({ url: database.url, client: owner, patienceMs: 1_000 })).rejects.toThrow(
    'a migration needs a table that was in use for 1 s',
  );
  const { rows } = await owner.query(`select to_regclass('journal_metadata') is not null as there`);
  expect(rows).toEqual([{ there: false }]);
});
