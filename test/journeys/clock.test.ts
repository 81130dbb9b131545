// The gateway's clock as the outside moves it, in mock mode.
import pg from 'pg';
import { pause } from '../../src/kernel/clock';
import { ownerOf } from '../support/database';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
afterAll(stopGateways);

const DAY_S = 86_400;
const ASK = 'clock { now offsetMs mode }';
const KEY = 'a-key-of-the-clock';

test('an admin moves the clock: two processes and the simulated providers are there at once, and what is due ends', async () => {
  const [one, other] = await Promise.all([
    startGateway({ DATABASE_URL: database.url }),
    startGateway({ DATABASE_URL: database.url }),
  ]);
  const admin = await one.as('adm_1', 'admin');
  const finance = await one.as('fin_1', 'finance');
  const user = await one.as('ann');
  const expiresAt = new Date(Date.now() + 30 * DAY_S * 1000).toISOString();
  const gift = { userId: 'ann', credits: 50, expiresAt, reason: 'a gift', idempotencyKey: KEY };
  await finance.mutate('adjustCredits', gift, 'errors { code }');
  const held = { credits: 20, reason: 'a film', ttlSeconds: 3600, idempotencyKey: KEY };
  const { hold } = await user.mutate('holdCredits', held, 'hold { id }');

  // Who may not is refused, and nothing moves.
  await expect(user.mutate('advanceClock', { bySeconds: 1 }, ASK)).rejects.toThrow();
  await expect(finance.mutate('advanceClock', { bySeconds: 1 }, ASK)).rejects.toThrow();
  const wrong = await admin.mutate('advanceClock', { to: '2020-01-01T00:00:00.000Z' }, ASK);
  expect(wrong.errors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  const far = await admin.mutate('advanceClock', { bySeconds: 401 * DAY_S }, ASK);
  expect(far.errors).toMatchObject([{ code: 'INVALID_INPUT' }]);

  const moved = await admin.mutate('advanceClock', { bySeconds: 31 * DAY_S }, ASK);
  expect(moved).toMatchObject({ clock: { offsetMs: 31 * DAY_S * 1000, mode: 'mock' } });

  const ann = await other.as('ann');
  const { data: seen } = await ann.query(
    '{ clock { now offsetMs } balance { credits held } holds(status: [expired]) { nodes { id status } } }',
  );
  expect(seen.clock.offsetMs).toBe(31 * DAY_S * 1000);
  expect(seen.balance).toEqual({ credits: 0, held: 0 });
  expect(seen.holds.nodes).toEqual([{ id: hold.id, status: 'expired' }]);

  // The same token and the same key still mean the same; a payment carries the later instant at both.
  expect(await user.mutate('holdCredits', held, 'hold { id }')).toMatchObject({ hold: { id: hold.id } });
  const { intent } = await user.mutate(
    'createIntent',
    { packageId: 'small', idempotencyKey: `${KEY} 2` },
    'intent { id createdAt }',
  );
  const paid = await user.mutate(
    'simulatePayment',
    { id: intent.id, outcome: 'succeed' },
    'intent { status }',
  );
  expect(paid.intent.status).toBe('succeeded');
  expect(Date.parse(intent.createdAt)).toBeGreaterThan(Date.now() + 30 * DAY_S * 1000);
  const client = new pg.Client(database.url);
  await client.connect();
  const { rows } = await client.query('select max(created)::float8 as created from simulator.objects');
  await client.end();
  expect(rows[0].created * 1000).toBeGreaterThan(Date.now() + 30 * DAY_S * 1000);
});

const standing = async () => {
  const client = new pg.Client(ownerOf(database.url));
  await client.connect();
  const { rows } = await client.query(
    'select clock_offset_ms::float8 as ours, (select offset_ms::float8 from simulator.clock) as theirs from gateway',
  );
  await client.end();
  return rows[0] as { ours: number; theirs: number };
};

test('whoever moves the clock at the same time, at two processes, moves it one after the other: by the sum', async () => {
  const gateways = await Promise.all([
    startGateway({ DATABASE_URL: database.url }),
    startGateway({ DATABASE_URL: database.url }),
  ]);
  const admins = await Promise.all(gateways.map((gateway) => gateway.as('adm_1', 'admin')));
  const before = await standing();
  const days = [3, 5, 1, 2, 4, 1];

  const moved = await Promise.all(
    days.map((count, nth) =>
      (admins[nth % 2] as (typeof admins)[0]).mutate('advanceClock', { bySeconds: count * DAY_S }, ASK),
    ),
  );

  expect(moved.flatMap(({ errors }) => errors)).toEqual([]);
  const sum = 16 * DAY_S * 1000;
  expect(await standing()).toEqual({ ours: before.ours + sum, theirs: before.ours + sum });
  // Each was told where it stood after its own move.
  const told = moved.map(({ clock }) => clock.offsetMs).sort((one, other) => one - other);
  expect(new Set(told).size).toBe(days.length);
  expect(told.at(-1)).toBe(before.ours + sum);
});

test('who dies after the gateway’s clock was moved and before the providers’ leaves them apart for a look, or for a moment', async () => {
  const apart = async () => {
    const client = new pg.Client(ownerOf(database.url));
    await client.connect();
    await client.query('update gateway set clock_offset_ms = clock_offset_ms + 3600000');
    await client.end();
    return standing();
  };
  // A process without background work: its look alone.
  await stopGateways();
  const api = await startGateway({ DATABASE_URL: database.url, ROLE: 'api' });
  const ann = await api.as('ann');
  const { ours, theirs } = await apart();
  expect(theirs).toBeLessThan(ours);
  await ann.query('{ clock { now } }');
  expect(await standing()).toEqual({ ours, theirs: ours });

  const left = await apart();
  expect(left.theirs).toBeLessThan(left.ours);
  await startGateway({ DATABASE_URL: database.url, ROLE: 'worker' });
  for (let tries = 0; tries < 150 && (await standing()).theirs < left.ours; tries++) await pause(100);
  expect((await standing()).theirs).toBe(left.ours);
});
