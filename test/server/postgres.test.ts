// A PostgreSQL that misbehaves while purchases go on: connections are killed under the gateway's hands.
import pg from 'pg';
import { startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

const database = useDatabase();
const BUYERS = 40;
// By what was tried and not by the clock: a machine that is slow is not hit more often for what it does.
const TRIES_A_ROUND = 4;
const KILLED_A_ROUND = 5;
// Far more than any buyer needs: each round breaks what a few of them do.
const TRIES_MAX = 300;

afterAll(stopGateways);

it('loses nothing and grants nothing twice while its connections are killed', async () => {
  const gateways = await Promise.all(
    [1, 2].map(() => startGateway({ DATABASE_URL: database.url, PROVIDER_TIMEOUT_MS: '1000' })),
  );
  const killer = new pg.Client({ connectionString: database.url });
  await killer.connect();
  let isOver = false;
  let killed = 0;
  let tried = 0;
  const killing = (async () => {
    for (let round = 0; !isOver; ) {
      if (tried >= round * TRIES_A_ROUND) {
        round++;
        const { rows } = await killer.query(`select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid() order by random() limit ${KILLED_A_ROUND}`);
        killed += rows.length;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();

  const credits = await Promise.all(
    Array.from({ length: BUYERS }, async (_, at) => {
      const client = await (gateways[at % 2] as (typeof gateways)[number]).as(`buyer_${at}`);
      // As a client does: the same key until there is an answer, then play until it is paid.
      for (let nth = 0; nth < TRIES_MAX; nth++) {
        tried++;
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
