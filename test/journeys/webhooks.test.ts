// Webhook events from outside: a burst of them, the operator's list, and replays that change nothing.
import pg from 'pg';
import type { Client } from '../support/client';
import { eventually, inOneOfThree } from '../support/eventually';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';
import { figures, paid, percentile, prepareBurst, secondsUntilWorked } from '../webhooks/burst';

const SIZES = { events: 500, intents: 50 };

let gateway: GatewayProcess;
let owner: pg.Client;
// Before the database goes.
afterAll(async () => {
  await stopGateways();
  await owner.end();
});
const database = useDatabase();
beforeAll(async () => {
  // Money that bought nothing stays where it is, so that the ledger moves by webhook events alone.
  gateway = await startGateway({ DATABASE_URL: database.url, UNAPPLIED_REFUND: 'manual' });
  owner = new pg.Client({ connectionString: database.url });
  await owner.connect();
});

const OUTCOMES = ['succeed', 'decline', 'duplicate_webhook', 'amount_mismatch', 'processing_then_succeed'];

/** Everything that money and credits are made of. */
async function ledger() {
  const { rows } = await owner.query(`select
    (select json_agg(j order by j.id) from journal j) as journal,
    (select json_agg(e order by e.journal_id, e.line) from entries e) as entries,
    (select json_agg(w order by w.user_id) from wallets w) as wallets,
    (select json_agg(l order by l.user_id, l.journal_id) from lots l) as lots,
    (select json_agg(json_build_array(i.id, i.status, i.version) order by i.id) from intents i) as intents`);
  return rows[0];
}

/** Neither on their way from the simulated provider nor waiting to be worked. */
const left = async () =>
  (
    await owner.query(`select (select count(*) from webhook_events where lease_until is not null)
      + (select count(*) from simulator.events where state = 'due') as n`)
  ).rows[0].n;
const quiet = () => eventually(left, (n) => n === '0');

const replay = (client: Client, select: object, dryRun = false) =>
  client.mutate('replayWebhookEvents', { select, dryRun }, 'matched queued events { id status }');

it('replays everything any number of times without touching the ledger', async () => {
  for (const provider of ['stripe', 'razorpay'])
    for (const outcome of OUTCOMES) {
      const buyer = await gateway.as(`${provider}_${outcome}`);
      const { intent } = await buyer.mutate(
        'createIntent',
        { packageId: 'small', provider, idempotencyKey: 'k' },
        'intent { id }',
      );
      await buyer.mutate('simulatePayment', { id: intent.id, outcome }, 'intent { status }');
    }
  await quiet();
  const before = await ledger();
  expect(before.journal.length).toBeGreaterThan(10);
  const support = await gateway.as('helper', 'support');
  const { rows } = await owner.query(
    'select count(*)::int as n, sum(attempt_count)::int as attempts from webhook_events',
  );
  const { n: matched, attempts } = rows[0];
  for (let times = 0; times < 3; times++) {
    expect(await replay(support, { filter: {} })).toMatchObject({ matched, queued: matched, errors: [] });
    await quiet();
    expect(await ledger()).toEqual(before);
  }
  const after = await owner.query('select sum(attempt_count)::int as attempts from webhook_events');
  expect(after.rows[0].attempts).toBe(attempts + 3 * matched);
});

it('takes 500 events over 64 connections, each stored before its answer, and works them all', async () => {
  let round = 0;
  await inOneOfThree(async () => {
    round++;
    const burst = await prepareBurst(database.pool(), owner, SIZES, `burst${round}`);
    const startedMs = performance.now();
    const answers = await burst.send(gateway.url, burst.eventIds);
    const seconds = (performance.now() - startedMs) / 1000;
    const { rows } = await owner.query(
      'select count(*)::int as n from webhook_events where provider_event_id = any($1)',
      [burst.eventIds],
    );
    expect(rows[0].n).toBe(SIZES.events);
    const workedSeconds = await secondsUntilWorked(owner, burst.eventIds, 60_000);
    process.stdout.write(`${figures(answers, seconds, workedSeconds)}\n`);
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    // The providers' limit, on any machine; test/server/burst.test.ts looks closer.
    expect(percentile(answers, 1)).toBeLessThan(5_000);
    expect(await paid(owner, burst.intentIds)).toEqual({
      succeeded: SIZES.intents,
      postings: 2 * SIZES.intents,
    });
  });
});
