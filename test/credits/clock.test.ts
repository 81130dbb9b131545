// The gateway's clock as the verbs and the database know it.
import pg from 'pg';
import { readInstant } from '../../src/db/instant';
import { ownerOf } from '../support/database';
import { plansOf } from '../support/plans';
import { useCreditStand } from './stand';

const DAY_MS = 86_400_000;
const stand = useCreditStand();

const mode = (name: string) => stand.sql('update gateway set mode = $1', [name]);
const move = (days: number) =>
  stand.sql('update gateway set clock_offset_ms = clock_offset_ms + $1', [days * DAY_MS]);
const aheadDays = async () =>
  Math.round(((await readInstant(stand.deps.pool)).getTime() - Date.now()) / DAY_MS);

it('has no offset in test and live mode: the database refuses it', async () => {
  for (const name of ['test', 'live']) {
    await mode(name);
    await expect(move(1)).rejects.toThrow('clock_moves_in_mock_mode_only');
  }
  await mode('mock');
});

it('moves for everybody at once, and never goes back once anything was booked', async () => {
  const another = stand.another();
  await move(-1);
  await move(1);
  await stand.buy('who was first');
  await move(3);
  expect(await aheadDays()).toBe(3);
  expect(Math.round(((await readInstant(another.pool)).getTime() - Date.now()) / DAY_MS)).toBe(3);

  await expect(move(-1)).rejects.toThrow('The clock never goes back');
  await expect(mode('live')).rejects.toThrow('clock_moves_in_mock_mode_only');
  expect(await aheadDays()).toBe(3);
});

it('ends holds and lots when it has passed them, and dates what it writes by itself', async () => {
  await stand.buy('ann', 30);
  const { hold } = await stand.hold('ann', 20, { ttlSeconds: 3600 });
  await move(1);
  expect((await stand.deps.readHold(hold.id))?.status).toBe('expired');
  expect(await stand.standing('ann')).toMatchObject({ credits: 50, held: 0 });

  await move(30);
  expect(await stand.standing('ann')).toMatchObject({ credits: 0 });
  const [expiry] = await stand.sql("select posted_at from journal where user_id = 'ann' and kind = 'expiry'");
  expect(Math.abs(expiry.posted_at.getTime() - (await readInstant(stand.deps.pool)).getTime())).toBeLessThan(
    60_000,
  );
});

describe('The offset', () => {
  const owner = { client: {} as pg.Client };
  beforeAll(async () => {
    owner.client = new pg.Client(ownerOf(stand.database.url));
    await owner.client.connect();
  });
  afterAll(() => owner.client.end());

  const reads = async (): Promise<number> => {
    const { rows } = await owner.client.query(
      `select (coalesce(seq_scan, 0) + coalesce(idx_scan, 0))::int as n from pg_stat_xact_user_tables where relname = 'gateway'`,
    );
    return rows[0].n;
  };

  it.each([
    ['takes its instant', 'select take_instant()'],
    ['writes rows with defaults alone', 'select 1'],
  ])('is read once by a transaction that %s, however many rows ask for it', async (_, first) => {
    await owner.client.query('begin');
    const before = await reads();
    await owner.client.query(first);
    await owner.client.query('select instant() from generate_series(1, 1000)');
    expect((await reads()) - before).toBe(1);
    await owner.client.query('rollback');
  });

  it('leaves an instant that an index can be asked with', async () => {
    const plans = await plansOf(
      owner.client,
      `set enable_seqscan = off;
       select id from holds where status = 'open' and expires_at <= (select instant());
       reset enable_seqscan`,
    );
    expect(plans).toMatch(/Index Cond: [^\n]*expires_at <= /);
  });
});
