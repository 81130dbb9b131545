// A PostgreSQL that misbehaves while purchases go on: connections are killed under the gateway's hands.
import pg from 'pg';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const BUYERS = 40;

afterAll(stopGateways);

it('loses nothing and grants nothing twice while its connections are killed', async () => {
  const gateways = await Promise.all(
    [1, 2].map(() => startGateway({ DATABASE_URL: database.url, PROVIDER_TIMEOUT_MS: '1000' })),
  );
  const killer = new pg.Client({ connectionString: database.url });
  await killer.connect();
  let isOver = false;
  let killed = 0;
  const killing = (async () => {
    while (!isOver) {
      const { rows } = await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid() and random() < 0.3`);
      killed += rows.length;
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
  })();

  const credits = await Promise.all(
    Array.from({ length: BUYERS }, async (_, at) => {
      const client = await (gateways[at % 2] as (typeof gateways)[number]).as(`buyer_${at}`);
      const untilMs = Date.now() + 150_000;
      // As a client does: the same key until there is an answer, then play until it is paid.
      while (Date.now() < untilMs) {
        try {
          const made = await client.mutate(
            'createIntent',
            { packageId: 'small', provider: 'stripe', idempotencyKey: 'k' },
            'intent { id status }',
          );
          const id = made.intent?.id;
          if (id && made.intent.status !== 'succeeded')
            await client.mutate('simulatePayment', { id, outcome: 'succeed' }, 'intent { status }');
          const { data } = await client.query('{ balance { credits } }');
          if (data?.balance.credits > 0) return data.balance.credits;
        } catch {
          // A fault is masked, told and tried again.
        }
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      return 'never paid';
    }),
  );
  isOver = true;
  await killing;
  await killer.end();
  expect(killed).toBeGreaterThan(20);
  expect(credits).toEqual(Array.from({ length: BUYERS }, () => 50));
});
