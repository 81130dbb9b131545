// Indexes on tables that grow are built beside the work, and a build that was interrupted is made up for.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { QueryRunner } from 'typeorm';
import { ownerDataSource } from '../../src/db/data-source';
import { buildIndexes, type DeclaredIndex, declaredBy } from '../../src/db/indexes';
import { prepareDatabase } from '../../src/db/prepare';
import { type FreshDatabase, freshDatabase, onServer, urlOf } from '../support/database';
import { runAndFindBlocking } from './blocking';

/** From here on an index on a table that grows is built concurrently. */
const LAST_WITH_PLAIN_INDEXES = 1764000000200;

let database: FreshDatabase;
let owner: pg.Client;
const clients: pg.Client[] = [];

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: database.url });
  client.on('error', () => undefined);
  await client.connect();
  clients.push(client);
  return client;
}

beforeEach(async () => {
  database = await freshDatabase();
  owner = await connect();
  await owner.query(
    `create table grown (id integer not null, words text); insert into grown select n, 'w' || n % 10 from generate_series(1, 1000) n`,
  );
});
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.end()));
  await database.drop();
});

const index = (name: string, on = 'grown (id)', unique = ''): DeclaredIndex[] =>
  declaredBy([
    { name: 'Grown', migration: { indexes: [`create ${unique}index concurrently ${name} on ${on}`] } },
  ]);
const stateOf = async (name: string): Promise<'none' | 'invalid' | 'valid'> => {
  const { rows } = await owner.query('select indisvalid from pg_index where indexrelid = to_regclass($1)', [
    name,
  ]);
  if (rows.length === 0) return 'none';
  return rows[0].indisvalid ? 'valid' : 'invalid';
};
/** Of the server: the process that builds. */
async function builder(): Promise<number> {
  for (;;) {
    const { rows } = await owner.query(
      `select pid from pg_stat_activity where datname = current_database() and query like 'create %index concurrently%'
         and wait_event_type = 'Lock'`,
    );
    if (rows.length > 0) return rows[0].pid;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
/** A row that somebody has changed and not committed: a build waits for it, and nobody else does. */
async function unfinishedWork(): Promise<{ end(): Promise<void> }> {
  const other = await connect();
  await other.query('begin; update grown set words = $$changed$$ where id = 1');
  return {
    end: async () => {
      await other.query('commit');
    },
  };
}

test('an index is built once, and not again when it was dropped later', async () => {
  await buildIndexes(database.url, index('grown_id'));
  expect(await stateOf('grown_id')).toBe('valid');

  await owner.query('drop index grown_id');
  await buildIndexes(database.url, index('grown_id'));
  expect(await stateOf('grown_id')).toBe('none');
});

test('a build that was interrupted leaves an index that nobody reads, and the next start builds it again', async () => {
  const work = await unfinishedWork();
  const building = buildIndexes(database.url, index('grown_id'));
  const failed = expect(building).rejects.toThrow(/terminat/);
  await owner.query('select pg_terminate_backend($1)', [await builder()]);
  await failed;
  await work.end();
  expect(await stateOf('grown_id')).toBe('invalid');

  await buildIndexes(database.url, index('grown_id'));
  expect(await stateOf('grown_id')).toBe('valid');
});

test('a unique index on rows that are not is told, and built when they are', async () => {
  const wanted = index('grown_words', 'grown (words)', 'unique ');
  await expect(buildIndexes(database.url, wanted)).rejects.toThrow('could not create unique index');
  expect(await stateOf('grown_words')).toBe('invalid');

  await owner.query(`update grown set words = 'w' || id`);
  await buildIndexes(database.url, wanted);
  expect(await stateOf('grown_words')).toBe('valid');
});

test('while it is built rows change, a second process waits for it, and one of another version starts', async () => {
  const work = await unfinishedWork();
  const building = buildIndexes(database.url, index('grown_id'));
  await builder();
  const second = { isDone: false };
  const waiting = buildIndexes(database.url, index('grown_id')).then(() => {
    second.isDone = true;
  });
  const other = await connect();
  await other.query(`insert into grown values (2000, 'new'); update grown set words = 'else' where id = 2`);
  await prepareDatabase({
    url: database.url,
    mode: 'mock',
    code: {
      schema: 'code_01',
      texts: ['create function told() returns integer language sql as $$ select 1 $$;'],
    },
  });
  expect([await stateOf('grown_id'), second.isDone]).toEqual(['invalid', false]);

  await work.end();
  await Promise.all([building, waiting]);
  expect(await stateOf('grown_id')).toBe('valid');
});

test('what a migration says is no statement for a concurrent build is refused', () => {
  expect(() =>
    declaredBy([{ name: 'Later', migration: { indexes: ['create index x on grown (id)'] } }]),
  ).toThrow('Later: "create index x on grown (id)" is no "create index concurrently <name> on …"');
});

describe('A migration', () => {
  const said = (statement: string) => ({ up: (runner: QueryRunner) => runner.query(statement) });
  test.each([
    ['an index', 'create index further on journal (reason)', ['index further on journal is built']],
    [
      'a constraint with an index',
      'alter table journal add constraint further unique (reason)',
      ['index further on journal is built'],
    ],
    [
      'a table anew',
      'alter table refunds alter column amount_minor type numeric',
      ['refunds is written anew'],
    ],
    ['an index on a table of a few rows', 'create index further on packages (name)', []],
    [
      'an index on a table that is new',
      'create table further (id integer); create index more on further (id)',
      [],
    ],
    [
      'a column',
      'alter table journal add column further text, add column more integer not null default 1',
      [],
    ],
  ])('that writes %s in its transaction is told where it keeps others out', async (_, statement, found) => {
    const source = await ownerDataSource(database.url).initialize();
    const runner = source.createQueryRunner();
    const told = await runAndFindBlocking(runner, said(statement));
    await runner.release();
    await source.destroy();

    expect(told.length > 0).toBe(found.length > 0);
    for (const sentence of found) expect(told.join()).toContain(sentence);
  });

  test('of this version keeps nobody out for long, from number 200 on', async () => {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    await onServer(`create database ${name} template template0`);
    const source = await ownerDataSource(urlOf(name)).initialize();
    const runner = source.createQueryRunner();
    const numbered = source.migrations
      .map((migration) => ({ migration, number: Number(/\d{13}$/.exec(migration.constructor.name)?.[0]) }))
      .sort((one, other) => one.number - other.number);
    const blocking: string[] = [];
    for (const { migration, number } of numbered) {
      const found = await runAndFindBlocking(runner, migration);
      if (number > LAST_WITH_PLAIN_INDEXES) blocking.push(...found.map((told) => `${number}: ${told}`));
    }
    await runner.release();
    await source.destroy();
    await onServer(`drop database ${name} with (force)`);

    expect(numbered.length).toBeGreaterThan(55);
    expect(blocking).toEqual([]);
  });
});
