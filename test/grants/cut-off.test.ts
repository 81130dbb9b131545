// Two hundred at two processes, one of which is killed with -9 in the middle: whoever got no answer asks the other again, and
// everything has been given, told or taken back exactly as often as it may be.
import { setLowBalance } from '../../src/credits/set-low-balance';
import { savePromoCode } from '../../src/grants/save-promo-code';
import { finance, service, useCreditStand } from '../credits/stand';
import type { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';

const stand = useCreditStand();
afterAll(stopGateways);

const CALLERS = 200;
// So many have an answer when it happens, and the others are under way or not sent yet.
const KILLED_AFTER = 40;
const AT_ONCE = 60;

interface Played {
  readonly answers: readonly Record<string, any>[];
  /** Of those that the killed process left without an answer. */
  readonly askedAgain: number;
}

/** Sends call after call to both in turn, kills one, and sends what was not answered to the other. */
async function played(ask: (client: Client, nth: number) => Promise<Record<string, any>>): Promise<Played> {
  const env = { DATABASE_URL: stand.database.url, LOG_LEVEL: 'info' };
  const gateways = (await Promise.all([startGateway(env), startGateway(env)])) as [
    GatewayProcess,
    GatewayProcess,
  ];
  const [dying, living] = (await Promise.all(gateways.map((gateway) => gateway.as('shop', 'service')))) as [
    Client,
    Client,
  ];
  const answers: Record<string, any>[] = [];
  let [next, answered, askedAgain] = [0, 0, 0];
  let killed: Promise<void> | null = null;
  const work = async () => {
    for (let nth = next++; nth < CALLERS; nth = next++) {
      const answer = await ask(nth % 2 === 0 && !killed ? dying : living, nth).catch(() => null);
      if (!answer) askedAgain++;
      answers[nth] = answer ?? (await ask(living, nth));
      if (++answered === KILLED_AFTER) killed = gateways[0].kill();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await killed;
  await gateways[1].stop();
  return { answers, askedAgain };
}

const print = (what: string, counts: object) => process.stdout.write(`${what}: ${JSON.stringify(counts)}\n`);
const count = (items: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const item of items) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
};

it('the last five redemptions of a code go to five of 200 users', async () => {
  const { code } = await savePromoCode(stand.deps, finance, {
    campaign: 'gifts',
    credits: 20n,
    totalLimit: 5,
  });
  const { answers, askedAgain } = await played((client, nth) =>
    client.mutate('redeemPromoCode', { code, userId: `code_${nth}` }, 'grant { id }'),
  );
  const counts = count(answers.map(({ errors }) => errors[0]?.code ?? 'redeemed'));
  print('codes', { ...counts, askedAgain });
  expect(counts).toEqual({ redeemed: 5, INVALID_STATE: 195 });
  expect(
    await stand.sql(
      `select c.redeemed, (select count(*)::int from promo_redemptions r where r.code = c.code) as rows,
         (select count(*)::int from events e where e.subject = 'code:' || c.code) as told,
         (select sum(balance)::int from wallets where user_id like 'code\\_%') as credits
       from promo_codes c where code = $1`,
      [code],
    ),
  ).toEqual([{ redeemed: 5, rows: 5, told: 5, credits: 100 }]);
});

it('a budget of 55 gives 10 credits to five of 200', async () => {
  await stand.campaign('cut', { budgetCredits: 55n });
  const { answers, askedAgain } = await played((client, nth) =>
    client.mutate(
      'grantCredits',
      {
        campaign: 'cut',
        grants: [{ userId: `cut_${nth}`, credits: 10, key: `k${nth}`, reason: 'Early bird' }],
      },
      'results { outcome error { code } }',
    ),
  );
  const counts = count(answers.map(({ results }) => (results[0].error ? 'refused' : 'given')));
  print('budget', { ...counts, askedAgain });
  expect(counts).toEqual({ given: 5, refused: 195 });
  expect(
    await stand.sql(
      `select granted_credits::int as given, (select sum(balance)::int from wallets where user_id like 'cut\\_%') as credits
       from campaigns where key = 'cut'`,
    ),
  ).toEqual([{ given: 50, credits: 50 }]);
});

it('a level that 200 spends cross once is told of once', async () => {
  await stand.promote('low', 201);
  await setLowBalance(stand.deps, service, { userId: 'low', levels: [{ credits: 100n }] });
  const { answers, askedAgain } = await played((client, nth) =>
    client.mutate(
      'spendCredits',
      { userId: 'low', credits: 1, reason: 'A picture', idempotencyKey: `s${nth}` },
      'transaction { id }',
    ),
  );
  const spent = answers.filter(({ errors }) => errors.length === 0).length;
  const told = await stand.sql(
    `select (data ->> 'level')::int as level, count(*)::int as times from events
     where subject = 'low:low' group by 1`,
  );
  print('level', { spent, told, askedAgain });
  expect(spent).toBe(200);
  expect(told).toEqual([{ level: 100, times: 1 }]);
  expect(await stand.standing('low')).toMatchObject({ credits: 1 });
});

it('a spend of 10 that 200 give back, half of them under one key, is given back once', async () => {
  await stand.promote('back', 50);
  const { journalId } = await stand.spend('back', 10);
  const { answers, askedAgain } = await played((client, nth) =>
    client.mutate(
      'reverseSpend',
      {
        transactionId: `ctx_${journalId}`,
        reason: 'The job failed',
        idempotencyKey: nth % 4 < 2 ? 'one key' : `r${nth}`,
      },
      'replayed',
    ),
  );
  const counts = count(
    answers.map(({ errors, replayed }) => errors[0]?.code ?? (replayed ? 'replayed' : 'returned')),
  );
  print('reversal', { ...counts, askedAgain });
  expect(counts.INVALID_STATE ?? 0).toBeGreaterThan(0);
  expect(
    await stand.sql(
      'select count(*)::int as times, sum(credits)::int as credits from spend_reversals where spend_id = $1',
      [journalId],
    ),
  ).toEqual([{ times: 1, credits: 10 }]);
  expect(await stand.standing('back')).toMatchObject({ credits: 50 });
});
