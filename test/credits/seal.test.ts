import { createHash } from 'node:crypto';
import pg from 'pg';
import { sealPostings } from '../../src/credits/seal';
import { ownerOf } from '../support/database';
import { captured, claimIntents, doorOn, reading } from '../support/intents';
import { useDatabase } from '../support/pools';
import { sealAll } from '../support/seal-all';

const database = useDatabase();
let pool: pg.Pool;
beforeAll(() => {
  pool = database.pool();
});

const seals = async () =>
  (
    await pool.query(
      `select s.number::int, s.hash, sealed_as(j, s) as text, j.kind, j.reference, s.closes_at, j.posted_at
       from seals s join journal j on j.id = s.journal_id order by s.number`,
    )
  ).rows;

async function buy(userId: string): Promise<string> {
  const [intent] = await claimIntents(pool, [userId]);
  await doorOn(pool)(reading(intent?.id ?? '', captured(`ch_${intent?.id}`)));
  return intent?.id ?? '';
}

/** A posting as any verb writes one, in a transaction of the caller's own. */
const post = (client: pg.ClientBase, reference: string) =>
  client.query(
    `with j as (insert into journal (kind, reference, user_id, actor, epoch)
       select 'correction', $1, 'u', 'test', epoch from gateway returning id)
     insert into entries (journal_id, line, account, unit, amount)
     select id, 1, 'bank', 'INR', -5 from j union all select id, 2, 'adjustments', 'INR', 5 from j`,
    [reference],
  );

test('every posting gets the next number and a hash over itself and the one before it', async () => {
  await Promise.all(['a', 'b', 'c'].map(buy));

  await sealAll(pool);

  const rows = await seals();
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, at) => at + 1));
  expect(rows).toHaveLength(6);
  let before = Buffer.alloc(32);
  for (const { hash, text } of rows) {
    before = createHash('sha256').update(before).update(text).digest();
    expect(hash.equals(before)).toBe(true);
  }
  const { rows: unsealed } = await pool.query(
    'select id from journal where id not in (select journal_id from seals)',
  );
  expect(unsealed).toEqual([]);
});

test('postings that commit in the reverse order of their ids are all sealed, each once', async () => {
  const [early, late] = [new pg.Client(ownerOf(database.url)), new pg.Client(ownerOf(database.url))];
  await Promise.all([early.connect(), late.connect()]);
  await early.query('begin');
  await post(early, 'early');
  await late.query('begin');
  await post(late, 'late');
  await late.query('commit');

  while ((await sealPostings({ pool })) > 0);
  expect((await seals()).map(({ reference }) => reference)).not.toContain('late');
  await early.query('commit');
  await Promise.all([early.end(), late.end()]);

  await sealAll(pool);
  expect((await seals()).map(({ reference }) => reference).filter((name) => /early|late/.test(name))).toEqual(
    ['early', 'late'],
  );
});

test('processes that seal at the same time make one chain', async () => {
  await Promise.all(Array.from({ length: 12 }, (_, at) => buy(`many_${at % 3}`)));

  for (let round = 0; round < 3; round++)
    await Promise.all(Array.from({ length: 4 }, () => sealPostings({ pool })));
  await sealAll(pool);

  const rows = await seals();
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, at) => at + 1));
});

test('receipts are numbered without a gap in the order of the seals', async () => {
  const { rows } = await pool.query(
    `select r.year, r.number from receipts r
     join journal j on j.kind = 'grant' and j.reference = r.intent_id join seals s on s.journal_id = j.id
     order by s.number`,
  );

  expect(rows.length).toBeGreaterThan(10);
  expect(rows.map(({ number }) => number)).toEqual(rows.map((_, at) => at + 1));
  expect(new Set(rows.map(({ year }) => year)).size).toBe(1);
});

test('the instant that a seal closes never falls, however late a posting commits', async () => {
  const client = new pg.Client(ownerOf(database.url));
  await client.connect();
  await client.query('begin');
  await post(client, 'long ago');
  await client.query(`update journal set posted_at = now() - interval '1 hour' where reference = 'long ago'`);
  await client.query('commit');
  await client.end();
  await sealAll(pool);

  const closes = (await seals()).map(({ closes_at }) => closes_at.getTime());

  expect(closes).toEqual([...closes].sort((a, b) => a - b));
});

test('each year counts its receipts from one', async () => {
  const id = await buy('newyear');
  const client = new pg.Client(ownerOf(database.url));
  await client.connect();
  await client.query(
    `update journal set posted_at = '2031-01-01T00:00:00Z' where kind = 'grant' and reference = $1`,
    [id],
  );
  await client.end();

  await sealAll(pool);

  const { rows } = await pool.query('select year, number from receipts where intent_id = $1', [id]);
  expect(rows).toEqual([{ year: 2031, number: 1 }]);
});

test('postings that came with a dump from another cluster are sealed, whatever their transaction ids say', async () => {
  await sealAll(pool);
  const client = new pg.Client(ownerOf(database.url));
  await client.connect();
  await client.query('begin');
  await post(client, 'from elsewhere');
  await client.query(`update journal set xid = '99999999999' where reference = 'from elsewhere'`);
  await client.query('update gateway set epoch = epoch + 1');
  await post(client, 'made here');
  await client.query('commit');
  await client.end();

  await sealAll(pool);

  expect((await seals()).slice(-2).map(({ reference }) => reference)).toEqual([
    'from elsewhere',
    'made here',
  ]);
});

test.each(['seals', 'seal_totals', 'receipts'])('the application cannot change %s', async (table) => {
  for (const statement of [`update ${table} set number = 0`, `delete from ${table}`, `truncate ${table}`])
    await expect(pool.query(statement)).rejects.toMatchObject({ code: '42501' });
});
