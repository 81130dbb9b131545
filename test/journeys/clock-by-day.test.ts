// Forty days at once and forty days one by one: both leave the same, each thing dated to the day on which it came due.
import pg from 'pg';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { brokenIn } from '../support/ledger';
import { useDatabase } from '../support/pools';

const [atOnce, oneByOne] = [useDatabase(), useDatabase()];
afterAll(stopGateways);

const DAY_S = 86_400;
const DAYS = 40;

/** What two users have before: credits that end on some days, also of a day that a hold keeps them past, and an open purchase. */
async function begin(gateway: GatewayProcess): Promise<void> {
  const finance = await gateway.as('fin_1', 'finance');
  for (const [userId, days] of [
    ['ann', [2, 9.5, 30]],
    ['bob', [5, 60]],
  ] as const)
    for (const day of days) {
      const expiresAt = new Date(Date.now() + day * DAY_S * 1_000).toISOString();
      const gift = { userId, credits: 10, expiresAt, reason: 'a gift', idempotencyKey: `${userId} ${day}` };
      expect((await finance.mutate('adjustCredits', gift, 'balance { credits }')).errors).toEqual([]);
    }
  const bob = await gateway.as('bob');
  const hold = { credits: 14, reason: 'a film', ttlSeconds: DAY_S, idempotencyKey: 'h' };
  expect((await bob.mutate('holdCredits', hold, 'hold { id }')).errors).toEqual([]);
  const ann = await gateway.as('ann');
  await ann.mutate(
    'createIntent',
    { packageId: 'small', provider: 'stripe', idempotencyKey: 'i' },
    'intent { id }',
  );
}

const advance = async (gateway: GatewayProcess, days: number) => {
  const admin = await gateway.as('adm_1', 'admin');
  const { errors, clock } = await admin.mutate(
    'advanceClock',
    { bySeconds: days * DAY_S },
    'clock { offsetMs }',
  );
  expect(errors).toEqual([]);
  return clock.offsetMs;
};

/** Every credit transaction and ended thing, with the day of the clock on which it happened. */
async function left(url: string, gateway: GatewayProcess, startedMs: number) {
  const dayOf = (at: Date | string) => Math.round((new Date(at).getTime() - startedMs) / (DAY_S * 1_000));
  const client = new pg.Client(url);
  await client.connect();
  const read = async (text: string) => (await client.query(text)).rows;
  const postings = await read(`select j.kind, j.user_id, e.amount::text, j.posted_at from journal j
    join entries e on e.journal_id = j.id and e.account = 'wallet' order by j.user_id, e.sequence`);
  const holds = await read('select status, held::text, ended_at from holds');
  const intents = await read('select status, updated_at from intents');
  await client.end();
  const users = await Promise.all(
    ['ann', 'bob'].map(async (userId) => {
      const user = await gateway.as(userId);
      return (await user.query('{ balance { credits available held owed } }')).data.balance;
    }),
  );
  return {
    users,
    postings: postings.map(({ posted_at, ...row }) => ({ ...row, day: dayOf(posted_at) })),
    holds: holds.map(({ ended_at, ...row }) => ({ ...row, day: dayOf(ended_at) })),
    intents: intents.map(({ updated_at, ...row }) => ({ ...row, day: dayOf(updated_at) })),
  };
}

test('forty days at once leave what forty days one by one do, each thing on its day', async () => {
  const startedMs = Date.now();
  const [one, many] = (await Promise.all(
    [atOnce, oneByOne].map(({ url }) => startGateway({ DATABASE_URL: url })),
  )) as [GatewayProcess, GatewayProcess];
  await Promise.all([begin(one), begin(many)]);

  expect(await advance(one, DAYS)).toBe(DAYS * DAY_S * 1_000);
  for (let day = 1; day <= DAYS; day++) expect(await advance(many, 1)).toBe(day * DAY_S * 1_000);

  const [atOnceLeft, oneByOneLeft] = await Promise.all([
    left(atOnce.url, one, startedMs),
    left(oneByOne.url, many, startedMs),
  ]);
  expect(atOnceLeft).toEqual(oneByOneLeft);
  expect(atOnceLeft.users).toMatchObject([
    { credits: 0, available: 0 },
    { credits: 10, available: 10, held: 0 },
  ]);
  const ends = atOnceLeft.postings.filter(({ kind }) => kind === 'expiry');
  expect(ends.map(({ user_id, day }) => [user_id, day])).toEqual([
    ['ann', 2],
    ['ann', 10],
    ['ann', 30],
    ['bob', 5],
  ]);
  expect(atOnceLeft.holds).toEqual([{ status: 'expired', held: '0', day: 1 }]);
  expect(atOnceLeft.intents).toMatchObject([{ status: 'failed' }]);
  for (const { url } of [atOnce, oneByOne]) expect(await brokenIn(url)).toEqual([]);

  // A check of the whole ledger, chain and sums, by the clock that was moved.
  const finance = await one.as('fin_1', 'finance');
  const started = await finance.query('mutation { startLedgerCheck { job { id } errors { code } } }');
  expect(started.data.startLedgerCheck.errors).toEqual([]);
  const at = async () =>
    (await finance.query('{ admin { ledgerCheck { status ok } } }')).data?.admin?.ledgerCheck;
  let check = await at();
  for (
    const untilMs = Date.now() + 30_000;
    check?.status !== 'succeeded' && Date.now() < untilMs;
    check = await at()
  )
    await new Promise((resolve) => setTimeout(resolve, 200));
  expect(check).toMatchObject({ status: 'succeeded', ok: true });
});
