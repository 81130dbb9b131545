// schema/database.sql is what the migrations make, and makes it.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { dumpDatabase } from '../../src/db/dump';
import { type FreshDatabase, freshDatabase, onServer, urlOf } from '../support/database';

const FILE = path.resolve(__dirname, '..', '..', 'schema', 'database.sql');
const written = () => fs.readFileSync(FILE, 'utf8');

let database: FreshDatabase;
let owner: pg.Client;
beforeAll(async () => {
  database = await freshDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await owner.end();
  await database.drop();
});

beforeEach(() => owner.query('begin'));
afterEach(() => owner.query('rollback'));

test('schema/database.sql is what the migrations make; npm run schema writes it', async () => {
  expect(await dumpDatabase(owner)).toBe(written());
});

test('schema/database.sql makes a database of which the same is printed', async () => {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`create database ${name} template template0`);
  const client = new pg.Client({ connectionString: urlOf(name) });
  await client.connect();
  await client.query(written());

  expect(await dumpDatabase(client)).toBe(written());
  await client.end();
  await onServer(`drop database ${name} with (force)`);
});

test.each([
  ['a table', 'create table further (id integer)', 'create table further (\n  id integer\n);'],
  ['a column', 'alter table packages add further text', '  further text,\n'],
  [
    'a constraint',
    'alter table packages add constraint further check (id <> $$x$$)',
    'constraint further CHECK',
  ],
  ['an index', 'create index further on packages (name)', 'CREATE INDEX further ON packages'],
  [
    'a trigger',
    'create trigger further after insert on packages execute function tell_break()',
    'CREATE TRIGGER further AFTER INSERT ON packages',
  ],
  [
    'a function',
    `create function further() returns text language sql as $$ select 'public.further is at public.further' $$`,
    `FUNCTION further()\n RETURNS text\n LANGUAGE sql\nAS $function$ select 'public.further is at public.further' $function$`,
  ],
])('%s more is a line more', async (_, statement, line) => {
  await owner.query(statement);
  expect(await dumpDatabase(owner)).toContain(line);
});

test.each([
  ['create view further as select 1 as one', 'relation further'],
  [`create type further as enum ('one')`, 'type further'],
  ['create domain further as text', 'type further'],
  [`comment on table packages is 'further'`, 'comment table packages'],
  ['alter table packages enable row level security', 'relation packages'],
  ['alter table breaks disable trigger breaks_told', 'trigger breaks_told'],
  ['create sequence further', 'sequence further'],
])('what cannot be printed is refused: %s', async (statement, named) => {
  await owner.query(statement);
  await expect(dumpDatabase(owner)).rejects.toThrow(named);
});
