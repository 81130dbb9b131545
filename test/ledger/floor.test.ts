// The floor of the ledger by itself: what its functions promise to whoever writes the next verb.
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
// What a test writes goes with it.
beforeEach(() => client.query('begin'));
afterEach(() => client.query('rollback'));

/** The only column of the only row. */
async function one(text: string, values: unknown[] = []): Promise<unknown> {
  const { rows } = await client.query({ text, values, rowMode: 'array' });
  return rows[0]?.[0];
}

/** Gives a wallet lots of these credits, paid 1.00 each; the first ones expire first. @returns their ids */
async function give(userId: string, ...credits: number[]): Promise<bigint[]> {
  const ids: bigint[] = [];
  await client.query('select lock_wallets(array[$1], true)', [userId]);
  for (const [at, many] of credits.entries())
    ids.push(
      (await one(
        `select lot_id from unnest(add_lots(array[row($1, null, new_posting_id(), $2::bigint, $2::bigint * 100, 'EUR',
           now() + make_interval(days => $3), false)::new_lot]))`,
        [userId, many, at + 1],
      )) as bigint,
    );
  return ids;
}

const partsOf = (wants: string) =>
  client
    .query(
      `select lot_id, nth, credits from unnest(take_lots(array[${wants}]::lot_want[], null, false)) order by nth, lot_id`,
    )
    .then(({ rows }) => rows.map(({ lot_id, nth, credits }) => [lot_id, nth, credits]));

describe('What is free of lots', () => {
  it('serves wants of one user one after another, across lots', async () => {
    const [first, second] = await give('ada', 5, 10);
    expect(
      await partsOf(`(1, 'ada', 3, null, false), (2, 'ada', 4, null, false), (3, 'ada', 1, null, false)`),
    ).toEqual([
      [first, 1, 3n],
      [first, 2, 2n],
      [second, 2, 2n],
      [second, 3, 1n],
    ]);
  });

  it('does not serve more than there is, and leaves out what is set aside', async () => {
    const [first, second] = await give('bob', 5, 10);
    await client.query(
      `select move_lots(array[row($1::bigint, null, 0, false, 4, 0), row($2::bigint, null, 0, false, 0, 8)]::lot_move[])`,
      [first, second],
    );
    expect(await partsOf(`(1, 'bob', 7, null, false), (2, 'bob', 1, null, false)`)).toEqual([
      [first, 1, 1n],
      [second, 1, 2n],
    ]);
  });

  it('keeps users apart', async () => {
    const [ofAda] = await give('ada', 5);
    const [ofBob] = await give('bob', 7);
    expect(
      await partsOf(`(1, 'ada', 3, null, false), (2, 'bob', 2, null, false), (3, 'bob', 2, null, false)`),
    ).toEqual([
      [ofAda, 1, 3n],
      [ofBob, 2, 2n],
      [ofBob, 3, 2n],
    ]);
  });

  it('prefers the lot that an intent bought, or is that lot alone', async () => {
    const [other] = await give('cy', 5);
    const bought = await one(
      `select lot_id from unnest(add_lots(array[row('cy', 'int_1', new_posting_id(), 4, 400, 'EUR', null, false)::new_lot]))`,
    );
    expect(await partsOf(`(1, 'cy', 6, 'int_1', false)`)).toEqual([
      [other, 1, 2n],
      [bought, 1, 4n],
    ]);
    expect(await partsOf(`(1, 'cy', 6, 'int_1', true)`)).toEqual([[bought, 1, 4n]]);
  });
});

describe('Moves of lots', () => {
  it('are worth in one set what they are worth one after another, and the last credit takes the rest', async () => {
    const [together] = await give('ada', 7);
    const [apart] = await give('bob', 7);
    await client.query('update lots set paid_minor = 1000, deferred_minor = 1000 where id = any($1)', [
      [together, apart],
    ]);
    const moveOf = (lot: bigint | undefined, nth: number) => `row(${lot}, ${nth}, 1, ${nth !== 3}, 0, 0)`;
    const nths = [1, 2, 3, 4, 5, 6, 7];
    await client.query(
      `select move_lots(array[${nths.map((nth) => moveOf(together, nth)).join(', ')}]::lot_move[])`,
    );
    for (const nth of nths) await client.query(`select move_lots(array[${moveOf(apart, nth)}]::lot_move[])`);
    const takings = async (lot: bigint | undefined) =>
      (
        await client.query('select journal_id, credits, minor from spend_lots where lot_id = $1 order by 1', [
          lot,
        ])
      ).rows;
    expect(await takings(together)).toEqual(await takings(apart));
    expect((await takings(together)).map(({ minor }) => minor)).toEqual([
      142n,
      143n,
      142n,
      143n,
      143n,
      143n,
      144n,
    ]);
  });

  it('that return credits return their price', async () => {
    const [lot] = await give('ada', 7);
    await client.query('update lots set paid_minor = 1000, deferred_minor = 1000 where id = $1', [lot]);
    await client.query('select move_lots(array[row($1::bigint, 1, 5, true, 0, 0)::lot_move])', [lot]);
    await client.query('select move_lots(array[row($1::bigint, 2, -5, true, 0, 0)::lot_move])', [lot]);
    expect(
      (
        await client.query('select remaining, deferred_minor, spent, earned_minor from lots where id = $1', [
          lot,
        ])
      ).rows,
    ).toEqual([{ remaining: 7n, deferred_minor: 1000n, spent: 0n, earned_minor: 0n }]);
  });
});

describe('A posting', () => {
  const posting = (id: string, reference: string) =>
    `row(${id}, 'spend', '${reference}', 'ada', null, null, null, null, null, 'ada', null, null)`;
  const lines = (id: string) =>
    `line_of(${id}, 'revenue', 'EUR', 5), line_of(${id}, 'refunds', 'EUR', 0), line_of(${id}, 'deferred_revenue', 'EUR', -5)`;
  const post = (postings: string, its: string, skips = false) =>
    one(`select post(array[${postings}]::posting[], array[${its}]::posting_line[], ${skips})`);

  it('has its lines in their order, without those of 0', async () => {
    await post(posting('-1', 'a'), lines('-1'));
    const { rows } = await client.query(
      'select line, account from entries where journal_id = -1 order by line',
    );
    expect(rows).toEqual([
      { line: 1, account: 'revenue' },
      { line: 2, account: 'deferred_revenue' },
    ]);
  });

  it('of a fact that is in the journal already is left out with its lines where that is asked for, else refused', async () => {
    await post(posting('-1', 'a'), lines('-1'));
    expect(
      await post(`${posting('-2', 'a')}, ${posting('-3', 'b')}`, `${lines('-2')}, ${lines('-3')}`, true),
    ).toEqual(['-3']);
    expect(await one('select count(*) from entries where journal_id = -2')).toBe(0n);
    await expect(post(posting('-4', 'a'), lines('-4'))).rejects.toMatchObject({ code: '23505' });
  });

  it.each([
    ['has no lines', lines('-2')],
    ['has one line', `line_of(-1, 'revenue', 'EUR', 5)`],
    [
      'does not sum to zero in a currency',
      `line_of(-1, 'revenue', 'EUR', 5), line_of(-1, 'deferred_revenue', 'INR', -5)`,
    ],
  ])('that %s is refused', async (_, its) => {
    await expect(post(posting('-1', 'a'), its)).rejects.toMatchObject({ code: '23514' });
  });
});

describe('A change of a wallet', () => {
  const move = (wallet: string) =>
    client.query(`with w as (select w from wallets w where user_id = 'ada')
      select move_wallets(array_agg(row(${wallet}, 'ada', 3, null, null)::wallet_change)) from w`);

  beforeEach(() => client.query(`select lock_wallets(array['ada'], true)`));

  it('is told by an event, one for each of a set', async () => {
    await client.query(`
      with one as (select wallet_after(w, 3, 0, 0, 0, 1) as w from wallets w where user_id = 'ada'),
        two as (select wallet_after(w, 0, 2, 0, 0, 0) as w from one)
      select move_wallets(array[row(one.w, 'bob', 3, 7, null), row(two.w, 'ada', 0, null, '{"more": 1}')]::wallet_change[])
      from one, two`);
    const { rows } = await client.query(
      `select version, actor, data from events where subject = 'wallet:ada' order by 1`,
    );
    expect(rows).toEqual([
      { version: 1, actor: 'bob', data: { delta: 3, journalId: 7, balance: 3, held: 0, frozen: 0, owed: 0 } },
      {
        version: 2,
        actor: 'ada',
        data: { delta: 0, journalId: null, balance: 3, held: 2, frozen: 0, owed: 0, more: 1 },
      },
    ]);
    expect(
      await one(`select row(balance, held, version, line_sequence)::text from wallets where user_id = 'ada'`),
    ).toBe('(3,2,2,1)');
  });

  it('that does not follow what the wallet is now is refused', async () => {
    await move('wallet_after(w, 3, 0, 0, 0, 1)');
    await expect(move('wallet_after(wallet_after(w, 3, 0, 0, 0, 1), 3, 0, 0, 0, 1)')).rejects.toThrow(
      'not locked',
    );
  });
});
