// Whatever somebody changes of what is sealed, the check of the ledger says so. The columns are those that the catalogue
// has, so that a new one that no seal covers fails here.
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { checkLedger } from '../../src/credits/check-ledger';
import { createSpend } from '../../src/credits/spend';
import { createPool } from '../../src/db/pool';
import { type FreshDatabase, freshDatabase, ownerOf } from '../support/database';
import { captured, claimIntents, doorOn, reading } from '../support/intents';
import { sealAll } from '../support/seal-all';

let database: FreshDatabase;
let pool: pg.Pool;
let owner: pg.Client;
const quiet = async () => undefined;

/** Another value of the same type, also of nothing. */
const OTHER: Readonly<Record<string, string>> = {
  text: `coalesce(%, '') || 'x'`,
  bigint: 'coalesce(%, 0) + 1000001',
  integer: 'coalesce(%, 0) + 1',
  smallint: 'coalesce(%, 0) + 1',
  numeric: 'coalesce(%, 0) + 1',
  boolean: 'not coalesce(%, false)',
  'timestamp with time zone': `coalesce(%, now()) + interval '1 microsecond'`,
  xid8: '(%::text::bigint + 1)::text::xid8',
  bytea: `coalesce(set_byte(%, 0, 255 - get_byte(%, 0)), decode(repeat('ab', 32), 'hex'))`,
  'text[]': `coalesce(%, '{}') || '{actor}'::text[]`,
  jsonb: `coalesce(%, '{}') || '{"x": "1"}'`,
};

beforeAll(async () => {
  database = await freshDatabase();
  pool = createPool(database.url, CODE.schema, 4, () => undefined);
  const intents = await claimIntents(pool, ['ann', 'ben', 'cat']);
  for (const { id } of intents) await doorOn(pool)(reading(id, captured(`ch_${id}`)));
  for (const userId of ['ann', 'ben', 'cat']) await createSpend(pool)(SPEND(userId));
  await sealAll(pool);
  owner = new pg.Client(ownerOf(database.url));
  await owner.connect();
  // What would refuse the change first: somebody who owns the tables can take it away as well.
  await owner.query(`do $do$ declare r record; begin
    for r in select conrelid::regclass as t, conname as c from pg_constraint
      where conrelid in ('journal'::regclass, 'entries'::regclass, 'seals'::regclass, 'receipts'::regclass) and contype <> 'n'
    loop execute format('alter table %s drop constraint %I cascade', r.t, r.c); end loop;
    for r in select tgrelid::regclass as t, tgname as c from pg_trigger
      where tgrelid in ('journal'::regclass, 'entries'::regclass) and not tgisinternal
    loop execute format('drop trigger %I on %s', r.c, r.t); end loop;
    alter table journal alter column id drop identity;
  end $do$`);
});
afterAll(async () => {
  await owner.end();
  await pool.end();
  await database.drop();
});

const SPEND = (userId: string) => ({
  userId,
  credits: 7n,
  reason: 'A picture',
  key: `key of ${userId}`,
  inputHash: 'hash',
  actor: userId,
  kind: 'user' as const,
});

const POSTING = {
  journal: 'id = (select journal_id from seals where number = $1)',
  entries: 'journal_id = (select journal_id from seals where number = $1) and line = 1',
  seals: 'number = $1',
  receipts: `intent_id = (select j.intent_id from seals s join journal j on j.id = s.journal_id
    where s.number <= $1 and j.kind = 'grant' order by s.number desc limit 1)`,
};

const CHAIN = /is not what was sealed|is gone|are gone|out of its order|put in among sealed ones/;

/** Changes one column of one row, checks, and puts the table back. @returns whether the chain shows it. */
async function isSeen(table: keyof typeof POSTING, column: string, type: string, number: number) {
  const other = OTHER[type]?.replaceAll('%', `"${column}"`);
  if (!other) throw new Error(`There is no other value of ${type} yet: ${table}.${column}`);
  await owner.query(`create temp table kept as table ${table}`);
  const { rowCount } = await owner.query(
    `update ${table} set "${column}" = ${other} where ${POSTING[table].replace('$1', String(number))}`,
  );
  expect(rowCount).toBe(1);
  const { problems } = await checkLedger(pool, quiet);
  await owner.query(`delete from ${table}; insert into ${table} table kept; drop table kept`);
  return problems.some((problem) => CHAIN.test(problem));
}

test('a change of any column of any sealed row is found, in the middle and at the end', async () => {
  expect(await checkLedger(pool, quiet)).toMatchObject({ ok: true, problems: [] });
  const { rows: columns } = await owner.query(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.oid = any(array['journal', 'entries', 'seals', 'receipts']::regclass[]) and a.attnum > 0 and not a.attisdropped
     order by c.relname, a.attnum`,
  );
  const { rows: last } = await owner.query('select max(number)::int as number from seals');
  const unseen: string[] = [];
  for (const number of [5, last[0].number])
    for (const { table, column, type } of columns) {
      if (!(await isSeen(table, column, type, number))) unseen.push(`${table}.${column} of seal ${number}`);
    }

  expect(columns.length).toBeGreaterThan(30);
  expect(unseen).toEqual([]);
  expect(await checkLedger(pool, quiet)).toMatchObject({ ok: true, problems: [] });
});

test('a column that is added later is covered as soon as it holds something', async () => {
  await owner.query('alter table journal add column later text');
  expect(await checkLedger(pool, quiet)).toMatchObject({ ok: true, problems: [] });

  expect(await isSeen('journal', 'later', 'text', 5)).toBe(true);
  await owner.query('alter table journal drop column later');
});

describe('Texts that say something of a person', () => {
  const textsOf = async (userId: string) =>
    (
      await pool.query(
        `select j.kind, j.reason, j.reference, j.id::text from journal j where user_id = $1 order by id`,
        [userId],
      )
    ).rows;

  test('are emptied on request, by the application’s own role, and the chain stands', async () => {
    const before = await textsOf('ann');
    const { rows } = await pool.query(`select empty_posting_texts('ann') as emptied`);

    const after = await textsOf('ann');
    const result = await checkLedger(pool, quiet);
    expect(rows[0].emptied).toBe(1);
    expect(after.map(({ reason }) => reason)).toEqual([null, null, null]);
    expect(JSON.stringify(after)).not.toContain('key of ann');
    expect(after.filter(({ kind }) => kind !== 'spend')).toEqual(
      before.filter(({ kind }) => kind !== 'spend'),
    );
    expect(result).toMatchObject({ ok: true, problems: [], emptied: 1 });
    expect(await textsOf('ben')).toContainEqual(
      expect.objectContaining({ reason: 'A picture', reference: 'ben:spend.user:key of ben' }),
    );
    await expect(pool.query(`update journal set reason = null where user_id = 'ben'`)).rejects.toThrow(
      /permission denied/,
    );
  });

  test('cannot be put back, and cannot be emptied otherwise, without being found', async () => {
    const problems = async (statement: string) => {
      await owner.query('create temp table kept as table journal');
      await owner.query(statement);
      const found = (await checkLedger(pool, quiet)).problems[0];
      await owner.query('delete from journal; insert into journal table kept; drop table kept');
      return found;
    };

    const where = (userId: string) => `where user_id = '${userId}' and kind = 'spend'`;
    expect(await problems(`update journal set reason = 'A picture' ${where('ann')}`)).toMatch(
      /not what was sealed/,
    );
    expect(await problems(`update journal set reason = null ${where('ben')}`)).toMatch(/not what was sealed/);
    expect(await problems(`update journal set reference = 'erased:1' ${where('ann')}`)).toMatch(
      /not what was sealed/,
    );
  });

  test('are emptied before they are sealed as well', async () => {
    await owner.query(
      `insert into journal (id, kind, reference, user_id, reason, actor, posted_at, epoch)
       select max(id) + 1, 'spend', 'dan:spend.user:k', 'dan', 'A song', 'dan', now(), max(epoch) from journal;
       insert into entries (journal_id, line, account, unit, amount)
       select max(id), line, 'credits_spent', 'CREDIT', amount from journal, (values (1, 5), (2, -5)) l(line, amount) group by 2, 5`,
    );
    await pool.query(`select empty_posting_texts('dan')`);
    await sealAll(pool);

    const [spent] = await textsOf('dan');
    expect(spent).toMatchObject({ reason: null, reference: `erased:${spent.id}` });
    expect(await checkLedger(pool, quiet)).toMatchObject({ problems: [] });
  });
});

test('what was sealed in the first format is verified by it, and the chain goes on in the second', async () => {
  const old = await freshDatabase();
  const own = createPool(old.url, CODE.schema, 4, () => undefined);
  const [intent] = await claimIntents(own, ['old']);
  await doorOn(own)(reading(intent?.id ?? '', captured(`ch_${intent?.id}`)));
  await createSpend(own)(SPEND('old'));
  const client = new pg.Client(ownerOf(old.url));
  await client.connect();
  // As the version before this one sealed.
  await client.query(`do $do$ declare r journal; h bytea := decode(repeat('00', 32), 'hex'); n integer := 0; begin
    for r in select * from journal order by epoch, xid, id loop
      n := n + 1;
      h := sha256(h || convert_to(sealed_text(r), 'UTF8'));
      insert into seals (number, journal_id, hash, closes_at, sealed_at, format) values (n, r.id, h, r.posted_at, now(), 1);
      update positions set epoch = r.epoch, xid = r.xid, id = r.id where name = 'seals';
    end loop;
    insert into receipts (intent_id, year, number) select intent_id, 2026, 1 from journal where kind = 'grant';
  end $do$`);
  await createSpend(own)({ ...SPEND('old'), key: 'another' });
  await sealAll(own);

  const whole = await checkLedger(own, quiet);
  const { rows: formats } = await own.query('select format::int from seals order by number');
  await own.query(`select empty_posting_texts('old')`);
  const emptied = await checkLedger(own, quiet);
  const { rows: texts } = await own.query(`select reason from journal where kind = 'spend' order by id`);
  await client.query(`update journal set reason = 'Another' where reason is not null`);
  const changed = await checkLedger(own, quiet);
  await client.end();
  await own.end();
  await old.drop();

  expect(formats.map(({ format }) => format)).toEqual([1, 1, 1, 2]);
  expect(whole).toMatchObject({ ok: true, problems: [] });
  expect(emptied).toMatchObject({ ok: true, problems: [], emptied: 1 });
  // The first format covers the text itself: it stays.
  expect(texts).toEqual([{ reason: 'A picture' }, { reason: null }]);
  expect(changed.problems[0]).toMatch(/is not what was sealed as number 3/);
});
