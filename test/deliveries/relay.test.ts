// From events to deliveries.
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { relayEvents } from '../../src/deliveries/relay';
import { pause } from '../../src/kernel/clock';
import { ownerOf } from '../support/database';
import { doorOn, reading, refunded } from '../support/intents';
import { faultsOf } from './schemas';
import { useStand } from './stand';

const stand = useStand();
const URL = 'http://127.0.0.1:9/hook';

const eventsTo = async (endpointId: string): Promise<any[]> =>
  (await stand.deliveries(endpointId)).map((delivery) => JSON.parse(delivery.body));

const connections: pg.Client[] = [];
async function connection(): Promise<pg.Client> {
  const client = new pg.Client(ownerOf(stand.database.url));
  connections.push(client);
  await client.connect();
  return client;
}
afterEach(() => Promise.all(connections.splice(0).map((client) => client.end())));

/** An event that endpoints hear of, of a subject that the ledger knows nothing of. */
async function cancel(client: pg.Client): Promise<{ id: string; subject: string }> {
  const subject = `test_${randomUUID()}`;
  const { rows } = await client.query(
    `insert into events (subject, sequence, version, kind, actor, from_status, to_status, epoch)
     select $1, 1, 1, 'status_changed', 'test', 'pending', 'canceled', epoch from gateway returning id`,
    [subject],
  );
  return { id: rows[0].id, subject };
}

/** Of an endpoint's deliveries, sorted. */
async function subjectsTold(endpointId: string): Promise<string[]> {
  const rows = await stand.sql(
    "select e.subject from deliveries d join events e on d.event_id = 'evt_' || e.id where d.endpoint_id = $1",
    [endpointId],
  );
  return rows.map(({ subject }) => subject).sort();
}

describe('What is told', () => {
  it('is what the schemas say, of each type', async () => {
    const { id } = await stand.endpoint(URL);
    const paid = await stand.intent();
    await stand.pay(paid.id);
    await stand.spend(paid.userId, 20, 'A picture');
    const failed = await stand.intent();
    await stand.fail(failed.id);
    const canceled = await stand.intent();
    await stand.cancel(canceled.id);
    await stand.relay();

    const events = await eventsTo(id);

    expect(events.flatMap(faultsOf)).toEqual([]);
    expect(events.map(({ type, userId }) => [type, userId]).sort()).toEqual(
      [
        ['credits.granted', paid.userId],
        ['credits.spent', paid.userId],
        ['intent.canceled', canceled.userId],
        ['intent.failed', failed.userId],
        ['intent.succeeded', paid.userId],
      ].sort(),
    );
    const of = (type: string) => events.find((event) => event.type === type);
    expect(of('intent.succeeded')).toMatchObject({
      version: 1,
      sequence: 2,
      data: {
        intentId: paid.id,
        previousStatus: 'pending',
        packageId: 'small',
        creditsAmount: 50,
        amount: { amountMinor: '5000', currency: 'INR' },
        providerPaymentId: `ch_${paid.id}`,
        mock: true,
      },
    });
    expect(of('intent.failed').data.failure).toMatchObject({ code: 'card_declined', retryable: false });
    expect(of('intent.canceled').data.cancelReason).toBe('provider');
    expect(of('credits.granted')).toMatchObject({
      sequence: 1,
      data: { intentId: paid.id, credits: 50, owedPaid: 0, balance: { credits: 50, available: 50 } },
    });
    expect(of('credits.spent')).toMatchObject({
      sequence: 2,
      data: { credits: 20, reason: 'A picture', balance: { credits: 30, available: 30 } },
    });
  });

  it('says what a debt took of a grant', async () => {
    const { id } = await stand.endpoint(URL, ['credits.granted']);
    const { id: first, userId } = await stand.intent();
    await stand.pay(first);
    await stand.spend(userId, 30, 'Gone before the refund');
    await doorOn(stand.pool)(reading(first, refunded(`ch_${first}`, `re_${first}`, 5000n)));
    const second = await stand.intent(userId);
    await stand.pay(second.id);
    await stand.relay();

    const [, granted] = await eventsTo(id);

    expect(granted.data).toMatchObject({ credits: 50, owedPaid: 30, balance: { credits: 20, owed: 0 } });
    expect(faultsOf(granted)).toEqual([]);
  });

  it('is how things were when it happened, however late the relay comes', async () => {
    const { id } = await stand.endpoint(URL, ['intent.*']);
    const intent = await stand.intent();
    await stand.fail(intent.id);
    await stand.pay(intent.id);
    await stand.relay();

    const [failed, succeeded] = await eventsTo(id);

    expect(failed).toMatchObject({
      type: 'intent.failed',
      data: { status: 'failed', failure: { code: 'card_declined' } },
    });
    expect(succeeded).toMatchObject({ type: 'intent.succeeded', data: { previousStatus: 'failed' } });
    expect(failed.sequence).toBeLessThan(succeeded.sequence);
    expect(failed.data).not.toHaveProperty('cancelReason');
  });

  it('is what an endpoint asked for', async () => {
    const all = await stand.endpoint(URL, ['*']);
    const intents = await stand.endpoint(URL, ['intent.*']);
    const granted = await stand.endpoint(URL, ['credits.granted', 'intent.canceled']);
    const { id } = await stand.intent();
    await stand.pay(id);
    await stand.relay();

    const typesOf = async (endpoint: { id: string }) =>
      (await eventsTo(endpoint.id)).map(({ type }) => type).sort();

    expect(await typesOf(all)).toEqual(['credits.granted', 'intent.succeeded']);
    expect(await typesOf(intents)).toEqual(['intent.succeeded']);
    expect(await typesOf(granted)).toEqual(['credits.granted']);
    const [ofAll, ofGranted] = [await eventsTo(all.id), await eventsTo(granted.id)];
    expect(ofGranted[0].id).toBe(ofAll.find(({ type }) => type === 'credits.granted').id);
  });

  it('is nothing from before the endpoint was made, also when the relay was behind', async () => {
    const before = await stand.intent();
    await stand.pay(before.id);
    const { id } = await stand.endpoint(URL, ['intent.*']);
    const after = await stand.intent();
    await stand.pay(after.id);
    await stand.relay();

    expect((await eventsTo(id)).map(({ data }) => data.intentId)).toEqual([after.id]);
  });

  it('waits for an endpoint that is switched off, and not for one that is deleted', async () => {
    const off = await stand.endpoint(URL, ['intent.*']);
    const gone = await stand.endpoint(URL, ['intent.*']);
    await stand.sql('update webhook_endpoints set enabled = false where id = $1', [off.id]);
    await stand.sql('update webhook_endpoints set deleted_at = now() where id = $1', [gone.id]);
    const { id } = await stand.intent();
    await stand.pay(id);
    await stand.relay();

    expect(await stand.deliveries(off.id)).toMatchObject([{ status: 'pending' }]);
    expect(await stand.deliveries(gone.id)).toEqual([]);
  });
});

describe('The order of commits', () => {
  it.each([
    ['the later transaction', 'in order'],
    ['the earlier transaction', 'swapped'],
  ])('loses nothing when the later id is committed first, by %s', async (_, order) => {
    const { id } = await stand.endpoint(URL, ['intent.canceled']);
    const [first, second] = [await connection(), await connection()];
    await stand.relay();

    await first.query('begin');
    await second.query('begin');
    if (order === 'swapped') await second.query('select pg_current_xact_id()');
    const early = await cancel(first);
    const late = await cancel(second);
    expect(BigInt(early.id)).toBeLessThan(BigInt(late.id));
    await second.query('commit');
    // The relay looks while the other one is still open, again and again.
    for (let look = 0; look < 5; look++) await relayEvents(stand.deps);
    const between = await subjectsTold(id);
    await first.query('commit');
    await stand.relay();

    expect(await subjectsTold(id)).toEqual([early.subject, late.subject].sort());
    // What runs yet may bring an event that belongs before this one.
    if (order === 'in order') expect(between).toEqual([]);
  });

  it('loses nothing and tells nothing twice among writers at the same time, while the relay runs', async () => {
    const { id } = await stand.endpoint(URL, ['intent.canceled']);
    const subjects: string[] = [];
    let isOver = false;
    const relaying = [1, 2].map(async () => {
      while (!isOver) await relayEvents(stand.deps);
    });

    await Promise.all(
      Array.from({ length: 6 }, async () => {
        const client = await connection();
        for (let round = 0; round < 40; round++) {
          await client.query('begin');
          subjects.push((await cancel(client)).subject);
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
          await client.query('commit');
        }
      }),
    );
    isOver = true;
    await Promise.all(relaying);
    await stand.relay();

    expect(await subjectsTold(id)).toEqual(subjects.sort());
  });

  it('goes on after a dump was restored in another cluster, whose transactions begin again', async () => {
    const { id } = await stand.endpoint(URL, ['intent.*']);
    const { id: before } = await stand.intent();
    await stand.pay(before);
    const owner = await connection();
    // Transaction ids of the old cluster lie far ahead of ours.
    await owner.query('update events set xid = (xid::text::bigint + 1000000000)::text::xid8');
    await owner.query('update positions set xid = (xid::text::bigint + 999999999)::text::xid8');
    await owner.query('update gateway set epoch = epoch + 1');
    const { id: after } = await stand.intent();
    await stand.pay(after);
    await stand.relay();

    const told = (await eventsTo(id)).map(({ data }) => data.intentId);

    expect(told).toEqual([before, after]);
  });
});

describe('Where there is no endpoint', () => {
  beforeEach(() => stand.sql('update webhook_endpoints set deleted_at = now(), enabled = false'));

  const left = async (): Promise<number> => {
    const [row] = await stand.sql(`select count(*)::integer as left from events e, positions p
      where p.name = 'deliveries' and (e.epoch, e.xid, e.id) > (p.epoch, p.xid, p.id)`);
    return row.left;
  };

  it('what happens is passed over unread, and one that is made gets what happens from then on', async () => {
    const before = await stand.intent();
    await stand.pay(before.id);
    expect(await left()).toBeGreaterThan(0);
    const owner = await connection();
    await owner.query('alter table journal rename to journal_away');

    await stand.relay();
    await owner.query('alter table journal_away rename to journal');

    expect(await left()).toBe(0);
    const { id } = await stand.endpoint(URL, ['intent.*']);
    const after = await stand.intent();
    await stand.pay(after.id);
    await stand.relay();
    expect(await subjectsTold(id)).toEqual([after.id]);
  });

  it('nothing is passed over while one is being made, also of a transaction that began before', async () => {
    const [writer, blocker] = [await connection(), await connection()];
    await writer.query('begin');
    await writer.query('select pg_current_xact_id()');
    await blocker.query('begin');
    await blocker.query('lock table audit_log in exclusive mode');
    const making = stand.endpoint(URL, ['intent.*']);
    const isHeld =
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    while ((await blocker.query(isHeld)).rows.length === 0)
      await blocker.query('select pg_stat_clear_snapshot()');
    const { subject } = await cancel(writer);
    await writer.query('commit');

    for (let look = 0; look < 3; look++) await relayEvents(stand.deps);
    await blocker.query('rollback');

    const { id } = await making;
    await stand.relay();
    expect(await subjectsTold(id)).toEqual([subject]);
  });
});

describe('Two processes', () => {
  it('do not read at the same time: the second one finds nothing to do', async () => {
    const { id } = await stand.endpoint(URL, ['intent.*']);
    const intent = await stand.intent();
    await stand.pay(intent.id);
    const other = await connection();
    await other.query('begin');
    await other.query("select 1 from positions where name = 'deliveries' for update");

    // Who waited would wait for the other one, which goes on only below.
    expect(await relayEvents(stand.deps)).toBe(0);

    await other.query('rollback');
    await stand.relay();
    expect(await eventsTo(id)).toHaveLength(1);
  });

  it('leave nothing half done: deliveries and position commit together', async () => {
    const { id } = await stand.endpoint(URL, ['intent.*']);
    const intent = await stand.intent();
    await stand.pay(intent.id);
    const owner = await connection();
    await owner.query('alter table positions add constraint stuck check (id < 0) not valid');

    await expect(relayEvents(stand.deps)).rejects.toThrow('stuck');
    expect(await eventsTo(id)).toEqual([]);

    await owner.query('alter table positions drop constraint stuck');
    await stand.relay();
    expect(await eventsTo(id)).toHaveLength(1);
  });
});

test('a connection that is lost in the middle costs nothing', async () => {
  const { id } = await stand.endpoint(URL, ['intent.*']);
  const intent = await stand.intent();
  await stand.pay(intent.id);
  const owner = await connection();
  await owner.query('begin');
  await owner.query('lock table deliveries in exclusive mode');
  const relaying = expect(relayEvents(stand.deps)).rejects.toThrow('terminating connection');
  const killer = await connection();
  for (let killed = 0; killed === 0; )
    killed = (
      await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and query like '%insert into deliveries%' and wait_event_type = 'Lock'`)
    ).rows.length;
  await relaying;
  await owner.query('rollback');
  expect(await eventsTo(id)).toEqual([]);

  await stand.relay();

  expect(await eventsTo(id)).toHaveLength(1);
});

test('a connection that is lost between two statements does not end the process', async () => {
  const { id } = await stand.endpoint(URL, ['intent.*']);
  await stand.pay((await stand.intent()).id);
  const killer = await connection();
  const client = await stand.pool.connect();
  const query = client.query.bind(client);
  // The real connection, cut right after the transaction has begun.
  const cut = async (text: string) => {
    const result = await query(text);
    if (text !== 'begin') return result;
    const { rows } = await query('select pg_backend_pid() as pid');
    const ended = new Promise((resolve) => client.once('end', resolve));
    await killer.query('select pg_terminate_backend($1)', [rows[0].pid]);
    await ended;
    return result;
  };
  Object.assign(client, { query: cut });
  const pool = {
    query: stand.pool.query.bind(stand.pool),
    connect: async () => client,
  } as unknown as pg.Pool;

  // A transaction of any other database in the cluster keeps the events out of sight for as long as it runs.
  const relayed = async () => {
    while ((await relayEvents({ ...stand.deps, pool })) === 0) await pause(20);
  };
  await expect(relayed()).rejects.toThrow();
  await stand.relay();

  expect(await eventsTo(id)).toHaveLength(1);
});

test('a page is bounded: a relay that was away for long comes in steps', async () => {
  const owner = await connection();
  await stand.relay();
  await owner.query(`insert into events (subject, sequence, version, kind, actor, epoch)
    select 'test_many', n, n, 'payment_changed', 'test', epoch from generate_series(1, 1200) n, gateway`);

  const pages: number[] = [];
  for (let untilMs = Date.now() + 10_000; pages.reduce((a, b) => a + b, 0) < 1200 && Date.now() < untilMs; ) {
    const read = await relayEvents(stand.deps);
    if (read > 0) pages.push(read);
  }

  expect(pages).toEqual([500, 500, 200]);
});

test('many events cost the same as few: the page is found by its index', async () => {
  const owner = await connection();
  await owner.query(`insert into events (subject, sequence, version, kind, actor, epoch)
    select 'test_plan', n, n, 'payment_changed', 'test', epoch from generate_series(1, 20000) n, gateway`);
  await owner.query('analyze events');
  const { rows } = await owner.query(`explain select 1 from positions p, gateway g, lateral (
    select 1 from events e where (e.epoch, e.xid, e.id) > (p.epoch, p.xid, p.id)
      and (e.epoch, e.xid) < (g.epoch, (select horizon()))
    order by e.epoch, e.xid, e.id limit 1) e where p.name = 'deliveries'`);

  const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
  expect(plan).toContain('events_order');
  expect(plan).not.toContain('Seq Scan on events');
});
