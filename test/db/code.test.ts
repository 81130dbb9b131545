// Functions live in a schema per release: old and new run side by side, and none reaches another's.
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { type Code, searchPathOf } from '../../src/db/code';
import { createPool } from '../../src/db/pool';
import { prepareDatabase } from '../../src/db/prepare';
import { type FreshDatabase, freshDatabase } from '../support/database';

let database: FreshDatabase;
let owner: pg.Client;
const pools: pg.Pool[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await owner.end();
  await database.drop();
});

const release = (schema: string, ...texts: string[]): Code => ({ schema, texts });
const start = (code: Code) => prepareDatabase({ url: database.url, mode: 'mock', code });
async function answer(code: Code, text: string) {
  const pool = createPool(database.url, code.schema, 1, () => undefined);
  pools.push(pool);
  return (await pool.query(text)).rows[0];
}

const OLD = release(
  'code_0001',
  'create type told as (words text);',
  'create function inner_word() returns text language sql as $$ select $q$old$q$ $$;',
  'create function tell() returns told language plpgsql as $$ begin return row(inner_word())::told; end $$;',
);
const NEW = release(
  'code_0002',
  'create type told as (words text, loudness integer);',
  'create function inner_word() returns text language sql as $$ select $q$new$q$ $$;',
  'create function tell() returns told language plpgsql as $$ begin return row(inner_word(), 9)::told; end $$;',
);

test('two releases whose functions answer in other types run side by side, each through its own', async () => {
  await start(OLD);
  await start(NEW);

  expect(await answer(OLD, 'select * from tell()')).toEqual({ words: 'old' });
  expect(await answer(NEW, 'select * from tell()')).toEqual({ words: 'new', loudness: 9 });
});

test('an old process that starts again changes nothing', async () => {
  const state = async () =>
    (
      await owner.query(
        `select p.oid::regprocedure::text as name, p.xmin::text, p.prosrc from pg_proc p
         where pronamespace in ('public'::regnamespace, 'code_0001'::regnamespace, 'code_0002'::regnamespace) order by 1`,
      )
    ).rows;
  const before = await state();
  await start(OLD);

  expect(await state()).toEqual(before);
});

test('a restored copy that came without the rights of the role gets them back', async () => {
  await owner.query(`revoke usage on schema code_0001 from credits_gateway_app`);
  await start(OLD);

  expect(await answer(OLD, 'select * from tell()')).toEqual({ words: 'old' });
});

test('a release that cannot be installed whole is not there at all', async () => {
  const broken = release(
    'code_0003',
    'create function fine() returns integer language sql as $$ select 1 $$;',
    'create function broken(;',
  );

  await expect(start(broken)).rejects.toThrow('syntax error');
  expect((await owner.query(`select to_regnamespace('code_0003') as there`)).rows).toEqual([{ there: null }]);
});

test('a connection that nobody told which functions are its own finds none', async () => {
  await expect(owner.query('select horizon()')).rejects.toThrow('is a procedure');
  await expect(owner.query('select tell()')).rejects.toThrow('does not exist');
});

test('what triggers, defaults and constraints call belongs to the migrations, and no function of a release is called alike', async () => {
  const { rows } = await owner.query(
    `select coalesce(array_agg(distinct proname::text) filter (where pronamespace = 'public'::regnamespace and prokind = 'f'), '{}') as ours,
       coalesce(array_agg(distinct proname::text) filter (where pronamespace = to_regnamespace($1)), '{}') as released
     from pg_proc`,
    [CODE.schema],
  );
  const { rows: called } = await owner.query(
    `select distinct f.proname from pg_depend d join pg_proc f on f.oid = d.refobjid
     where d.classid in ('pg_trigger'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass)
       and f.pronamespace <> 'pg_catalog'::regnamespace and f.pronamespace::regnamespace::text not in ('public', 'simulator')`,
  );

  expect(rows[0].released).toContain('settle_news');
  expect(rows[0].ours).toContain('instant');
  expect(rows[0].ours.filter((name: string) => rows[0].released.includes(name))).toEqual([]);
  expect(called).toEqual([]);
});

test('temporary tables stand before no table', () => {
  expect(searchPathOf('code_0a')).toBe('code_0a,public,pg_temp');
  expect(() => searchPathOf('public')).toThrow('names no schema of functions');
});

test('a function with the rights of the owner looks names up where it was installed, whoever calls it', async () => {
  const { rows } = await owner.query(
    `select proname, proconfig from pg_proc where pronamespace = to_regnamespace($1) and prosecdef order by 1`,
    [CODE.schema],
  );

  expect(rows.length).toBeGreaterThan(0);
  for (const { proconfig } of rows)
    expect(proconfig).toContain(`search_path=${searchPathOf(CODE.schema).replaceAll(',', ', ')}`);
});
