// Who reads across subjects goes on while others' transactions stay open, and skips nothing that commits late.
import pg from 'pg';
import { CODE } from '../../src/app/database';
import { sealPostings } from '../../src/credits/seal';
import { createPool } from '../../src/db/pool';
import { relayEvents } from '../../src/deliveries/relay';
import { eventsAfter, type Place, placeNow } from '../../src/events/order';
import { createSecretBox } from '../../src/kernel/secret-box';
import { checkHealth } from '../../src/reports/health';
import { useStand } from '../deliveries/stand';
import { type FreshDatabase, freshDatabase, ownerOf } from '../support/database';
import { eventually } from '../support/eventually';
import { silent } from '../support/intents';

const stand = useStand();
const opened: pg.Client[] = [];
let nextDoor: FreshDatabase;

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(ownerOf(url));
  opened.push(client);
  await client.connect();
  return client;
}

beforeAll(async () => {
  nextDoor = await freshDatabase();
});
const closeAll = () => Promise.all(opened.splice(0).map((client) => client.end()));
afterEach(closeAll);
afterAll(() => nextDoor.drop());

const unsealed = async () =>
  (
    await stand.sql('select count(*)::int as n from journal where id not in (select journal_id from seals)')
  )[0].n;

/** Ours or next door: a transaction that has its number and writes nothing yet. */
async function openTransaction(url: string): Promise<pg.Client> {
  const client = await connect(url);
  await client.query('begin');
  await client.query('select pg_current_xact_id()');
  return client;
}

/** One purchase; what a reader is told of it, and what stays unsealed. */
async function sell(): Promise<() => Promise<{ delivered: number; told: number; unsealed: number }>> {
  const { id: endpointId } = await stand.endpoint('http://127.0.0.1:9/hook', ['intent.succeeded']);
  const from = await placeNow(stand.pool);
  const { id } = await stand.intent();
  await stand.pay(id);
  return () => look(endpointId, from, id);
}

async function look(endpointId: string, from: Place, id: string) {
  await relayEvents(stand.deps);
  await sealPostings({ pool: stand.pool });
  const told = await eventsAfter(stand.pool, from, 100);
  return {
    delivered: (await stand.deliveries(endpointId)).length,
    told: told.filter(({ event }) => event.subject === id).length,
    unsealed: await unsealed(),
  };
}

const isAll = ({ delivered, told, unsealed: left }: { delivered: number; told: number; unsealed: number }) =>
  delivered === 1 && told === 3 && left === 0;

test('a purchase is sealed, delivered and told while a transaction stays open in a database next door', async () => {
  const other = await openTransaction(nextDoor.url);

  const sold = await sell();

  await eventually(sold, isAll);
  await other.query('rollback');
});

test('and while one next door waits for its second phase', async () => {
  const other = await openTransaction(nextDoor.url);
  await other.query(`prepare transaction 'next door'`);

  const sold = await sell();

  await eventually(sold, isAll);
  await other.query(`rollback prepared 'next door'`);
});

test.each(['open', 'prepared'])(
  'nothing is passed that a transaction of this database may yet bring before, while it is %s',
  async (how) => {
    const [ours, other] = [await openTransaction(stand.database.url), await openTransaction(nextDoor.url)];
    // Subtransactions have numbers of their own; the rows carry the transaction's.
    await ours.query('savepoint inner_one');
    await ours.query(
      `insert into events (subject, sequence, version, kind, actor, from_status, to_status, epoch)
     select $1, 1, 1, 'status_changed', 'test', 'pending', 'succeeded', epoch from gateway`,
      [`test_late_${how}`],
    );
    if (how === 'prepared') await ours.query(`prepare transaction 'ours'`);

    const sold = await sell();
    const before = await sold();
    await ours.query(how === 'prepared' ? `commit prepared 'ours'` : 'commit');
    await other.query('rollback');

    expect(before).toEqual({ delivered: 0, told: 0, unsealed: 2 });
    // The late one stands before them.
    await eventually(sold, isAll);
  },
);

test('health says what waits behind an open transaction, how much and since when, and is not well after a minute', async () => {
  const health = async () =>
    (await checkHealth({ pool: stand.pool, redis: null })).filter(({ name }) =>
      /^(seals|deliveries)$/.test(name),
    );
  await eventually(await sell(), ({ unsealed: left }) => left === 0);
  const ours = await openTransaction(stand.database.url);
  const sold = await sell();
  await sold();
  const [{ posted }] = await stand.sql('select max(posted_at) as posted from journal');
  const owner = await connect(stand.database.url);

  const young = await health();
  await owner.query(`update journal set posted_at = posted_at - interval '61 seconds'
    where id not in (select journal_id from seals)`);
  const old = await health();
  await ours.query('rollback');
  await eventually(sold, ({ unsealed: left }) => left === 0);
  const well = await health();

  expect(young).toMatchObject([
    { name: 'seals', ok: true, detail: expect.stringMatching(/^2 postings are not sealed yet, since 20/) },
    {
      name: 'deliveries',
      ok: true,
      detail: expect.stringMatching(/^4 events are not relayed yet, since 20/),
    },
  ]);
  expect(young[0]?.detail).toContain(posted.toISOString().slice(0, 16));
  expect(old).toMatchObject([
    { name: 'seals', ok: false },
    { name: 'deliveries', ok: true },
  ]);
  expect(well).toMatchObject([
    { name: 'seals', ok: true, detail: null },
    { name: 'deliveries', ok: true, detail: null },
  ]);
});

const WRITERS = 8;
const COMMITS = 400;

/** Commits that overlap: some hold their number for a while, some write in a subtransaction, some roll back. */
async function write(url: string, writer: number, done: string[]): Promise<void> {
  const client = await connect(url);
  for (let nth = 0; nth < COMMITS; nth++) {
    const name = `race_${writer}_${nth}`;
    await client.query('begin');
    if (nth % 3 === 0) await client.query('select pg_current_xact_id()');
    if (nth % 4 === 0) await client.query('savepoint inner_one');
    await client.query(
      `with j as (insert into journal (kind, reference, user_id, actor, epoch)
         select 'correction', $1, 'u', 'test', epoch from gateway returning id),
       e as (insert into events (subject, sequence, version, kind, actor, from_status, to_status, epoch)
         select $1, 1, 1, 'status_changed', 'test', 'pending', 'canceled', epoch from gateway)
       insert into entries (journal_id, line, account, unit, amount)
       select id, 1, 'bank', 'INR', -5 from j union all select id, 2, 'adjustments', 'INR', 5 from j`,
      [name],
    );
    if (nth % 5 === 0) await new Promise((resolve) => setTimeout(resolve, Math.random() * 8));
    const isKept = nth % 7 !== 0;
    await client.query(isKept ? 'commit' : 'rollback');
    if (isKept) done.push(name);
  }
}

/** Noise next door: sessions that come and go, so that their places in the server change hands. */
async function disturb(url: string, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    const client = new pg.Client(ownerOf(url));
    await client.connect();
    await client.query('begin');
    await client.query('select pg_current_xact_id()');
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
    await client.end();
  }
}

test('of thousands of commits at the same time every one is told, delivered and sealed, once and in one order', async () => {
  const { url, drop } = await freshDatabase();
  const pool = createPool(url, CODE.schema, 6, () => undefined);
  const written: string[] = [];
  const told: string[] = [];
  let isOver = false;
  let place: Place = await placeNow(pool);
  const tell = async () => {
    const page = await eventsAfter(pool, place, 50);
    for (const { event } of page) told.push(event.subject);
    place = page.at(-1)?.place ?? place;
    return page.length;
  };
  const loop = async (work: () => Promise<number>) => {
    while (!isOver) await work();
    while ((await work()) > 0);
  };
  const reading = [
    tell,
    () => relayEvents({ pool, log: silent, secrets: createSecretBox(['the key of a relay']) }),
    () => sealPostings({ pool }),
  ].map(loop);
  const noise = [1, 2].map(() => disturb(nextDoor.url, () => isOver));

  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(url, writer, written)));
  isOver = true;
  await Promise.all([...noise, ...reading]);
  const { rows: sealed } = await pool.query(
    'select j.reference from journal j join seals s on s.journal_id = j.id order by s.number',
  );
  const { rows: left } = await pool.query(
    `select (select count(*)::int from events e, positions p
       where p.name = 'deliveries' and (e.epoch, e.xid, e.id) > (p.epoch, p.xid, p.id)) as events,
     (select count(*)::int from journal where id not in (select journal_id from seals)) as postings`,
  );
  await pool.end();
  await closeAll();
  await drop();

  expect(written.length).toBeGreaterThan(2_500);
  expect([...told].sort()).toEqual([...written].sort());
  expect(sealed.map(({ reference }) => reference)).toEqual(told);
  expect(left).toEqual([{ events: 0, postings: 0 }]);
});
