// Many callers, two processes, one campaign.

import { useCreditStand } from '../credits/stand';
import { startGateway, stopGateways } from '../support/gateway';

const stand = useCreditStand();
afterAll(stopGateways);

const RESULTS = 'results { key outcome grant { id } error { code } }';

async function twoShops() {
  const env = { DATABASE_URL: stand.database.url, LOG_LEVEL: 'info' };
  const gateways = await Promise.all([startGateway(env), startGateway(env)]);
  return Promise.all(gateways.map((gateway) => gateway.as('shop', 'service')));
}

it('200 grants of 10 credits out of a budget of 55, from two processes: five are given', async () => {
  await stand.campaign('rush', { budgetCredits: 55n });
  const shops = await twoShops();
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, nth) =>
      shops[nth % 2]!.mutate(
        'grantCredits',
        {
          campaign: 'rush',
          grants: [{ userId: `u${nth}`, credits: 10, key: `k${nth}`, reason: 'Early bird' }],
        },
        RESULTS,
      ),
    ),
  );

  const outcomes = answers.map(({ results }) => results[0].outcome);
  expect(outcomes.filter((outcome) => outcome === 'granted')).toHaveLength(5);
  expect(outcomes.filter((outcome) => outcome === 'refused')).toHaveLength(195);
  expect(await stand.sql(`select granted_credits::int as given from campaigns where key = 'rush'`)).toEqual([
    { given: 50 },
  ]);
});

it('one key sent 100 times for users of two processes gives once, and its revocation takes once', async () => {
  await stand.campaign('referrals');
  const shops = await twoShops();
  const ask = (nth: number) =>
    shops[nth % 2]!.mutate(
      'grantCredits',
      {
        campaign: 'referrals',
        grants: [
          { userId: nth % 10 === 0 ? 'thief' : 'friend', credits: 10, key: 'ref-1', reason: 'Referral' },
        ],
      },
      RESULTS,
    );
  const answers = await Promise.all(Array.from({ length: 100 }, (_, nth) => ask(nth)));
  const results = answers.map((answer) => answer.results[0]);
  const given = results.filter(({ outcome }) => outcome === 'granted');
  expect(given).toHaveLength(1);
  const [friend, thief] = [await stand.standing('friend'), await stand.standing('thief')];
  expect(friend.credits + thief.credits).toBe(10);
  expect(
    results.every(({ outcome, error }) => outcome !== 'refused' || error.code === 'IDEMPOTENCY_CONFLICT'),
  ).toBe(true);

  const revoked = await Promise.all(
    Array.from({ length: 40 }, (_, nth) =>
      shops[nth % 2]!.mutate('revokeGrant', { id: given[0].grant.id, reason: 'A mistake' }, 'replayed'),
    ),
  );
  expect(revoked.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect((await stand.standing('friend')).credits + (await stand.standing('thief')).credits).toBe(0);
});
