// A spend changes a lot where it stands, and what it said before is kept, whoever writes it.
import pg from 'pg';
import { columnTypes } from '../../src/db/pool';
import { type FreshDatabase, freshDatabase, ownerOf } from '../support/database';

let database: FreshDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await freshDatabase();
  client = new pg.Client({ ...ownerOf(database.url), types: columnTypes });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Gives a wallet lots of these credits. @returns their ids */
async function give(userId: string, ...credits: number[]): Promise<bigint[]> {
  await client.query('select lock_wallets(array[$1], true)', [userId]);
  const { rows } = await client.query(
    `select lot_id from unnest(add_lots(array(
       select row($1, null, new_posting_id(), n, n * 100, 'EUR', null, false)::new_lot from unnest($2::bigint[]) n)))`,
    [userId, credits],
  );
  return rows.map(({ lot_id }) => lot_id);
}

/** Takes so many credits of each lot. */
const take = (ids: readonly bigint[], credits: number) =>
  client.query(
    'select move_lots(array(select row(id, new_posting_id(), $2, true, 0, 0)::lot_move from unnest($1::bigint[]) id))',
    [ids, credits],
  );

const lotsOf = (ids: readonly bigint[]) =>
  client
    .query('select remaining, used_up from lots where id = any($1) order by id', [ids])
    .then(({ rows }) => rows.map(({ remaining, used_up }) => [remaining, used_up]));

const historyOf = (ids: readonly bigint[]) =>
  client
    .query('select remaining from lot_history where lot_id = any($1) order by lot_id, id', [ids])
    .then(({ rows }) => rows.map(({ remaining }) => remaining));

it('a spend writes no lot into its indexes again', async () => {
  const ids = await give('ada', 5, 6, 7);
  for (let nth = 0; nth < 4; nth++) await take(ids, 1);
  // Reported at the end of a statement, once a second at most.
  await client.query('select pg_stat_force_next_flush()');
  const { rows } = await client.query(
    `select n_tup_upd as changed, n_tup_hot_upd as in_place from pg_stat_user_tables where relname = 'lots'`,
  );
  expect(rows).toEqual([{ changed: 12n, in_place: 12n }]);
});

it('keeps what became of every lot of a set', async () => {
  const ids = await give('bob', 5, 6);
  await take(ids, 2);
  await take(ids, 3);
  expect(await historyOf(ids)).toEqual([3n, 0n, 4n, 1n]);
  await client.query('update lots set held = 1 where id = $1', [ids[1]]);
  expect(await historyOf(ids)).toEqual([3n, 0n, 4n, 1n]);
});

it('knows a lot that is used up, also from a writer that does not say so', async () => {
  const ids = await give('cyd', 5);
  await take(ids, 5);
  expect(await lotsOf(ids)).toEqual([[0n, true]]);
  await take(ids, -2);
  expect(await lotsOf(ids)).toEqual([[2n, false]]);
  await client.query('update lots set remaining = 0, deferred_minor = 0 where id = any($1)', [ids]);
  expect(await lotsOf(ids)).toEqual([[0n, true]]);
  await client.query('update lots set remaining = 1 where id = any($1)', [ids]);
  expect(await lotsOf(ids)).toEqual([[1n, false]]);
  expect(await historyOf(ids)).toEqual([0n, 2n, 0n, 1n]);
});
