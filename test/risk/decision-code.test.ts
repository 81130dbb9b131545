// The number that a payer is told: support finds the decision by it, and nobody learns from it how many there are.
import fc from 'fast-check';
import { support, useAsking, user } from '../graphql/asking';
import { claimOf, claimsOn } from './payers';
import { freshSubject } from './subjects';

const asking = useAsking();
const PATTERN = /^rsk_[0-9abcdefghjkmnpqrstvwxyz]{12}$/;
const NODE = 'query ($id: ID!) { node(id: $id) { id ... on RiskDecision { userId decision } } }';

/** Who is refused, with the number that is told. */
async function refused(): Promise<{ userId: string; told: string }> {
  const userId = freshSubject();
  const claimed = await claimsOn(asking.database.pool())(claimOf(userId));
  if (!('decisionId' in claimed)) throw new Error('It was taken');
  return { userId, told: claimed.decisionId };
}
const numberOf = async (code: string) =>
  (await asking.sql('select decision_number($1)::text as number', [code]))[0]?.number;

beforeAll(() =>
  asking.sql(`select add_rules($1, 'active', 'test', null)`, [
    JSON.stringify({
      thresholds: { challenge: 40, review: 60, block: 80 },
      rules: [{ code: 'all', signal: 'user_purchases_1h', at_least: 1, weight: 90 }],
    }),
  ]),
);

it('of purchases that are judged one after another tells nothing of their order or of how many there are', async () => {
  const told: string[] = [];
  for (let nth = 0; nth < 8; nth++) told.push((await refused()).told);
  for (const code of told) expect(code).toMatch(PATTERN);
  const places = await Promise.all(told.map(numberOf));
  // They are counted up, and look as if they were not: neighbours share no more letters than chance makes them.
  expect(places.map(Number)).toEqual(places.map((_, nth) => Number(places[0]) + nth));
  for (let nth = 1; nth < told.length; nth++) {
    const same = [...(told[nth] ?? '')].slice(4).filter((letter, at) => letter === told[nth - 1]?.[at + 4]);
    expect(same.length).toBeLessThan(6);
  }
});

it('leads support to the decision, also as it is read out on the telephone, and as earlier releases told it', async () => {
  const { userId, told } = await refused();
  const found = { node: { id: told, userId, decision: 'block' } };
  const [, body = ''] = told.split('_');
  const number = await numberOf(told);
  const spellings = [
    told,
    `rsk_${body.toUpperCase()}`,
    `rsk_${body.slice(0, 4)}-${body.slice(4, 8)}-${body.slice(8)}`,
    `rsk_${body.replaceAll('1', 'l').replaceAll('0', 'O')}`,
    `rsk_${number}`,
  ];
  for (const id of spellings) expect([id, await asking.data(support, NODE, { id })]).toEqual([id, found]);

  const ALLOW = `mutation ($input: AllowPayerInput!) { allowPayer(input: $input) { entry { value } errors { code } } }`;
  for (const decisionId of spellings)
    expect(
      (await asking.data(support, ALLOW, { input: { decisionId, hours: 1, reason: 'Called us.' } }))
        .allowPayer,
    ).toEqual({
      ...{ entry: { value: userId }, errors: [] },
    });
});

it('is the id by which the list of decisions shows it', async () => {
  const { userId, told } = await refused();
  const LIST = `query ($userId: ID!) { admin { riskDecisions(filter: { userId: $userId }) { nodes { id } } } }`;
  expect(await asking.data(support, LIST, { userId })).toEqual({
    admin: { riskDecisions: { nodes: [{ id: told }] } },
  });
});

it('says nothing to the payer who asks by it, and nothing else is found by what is none', async () => {
  const { userId, told } = await refused();
  for (const id of [told, `rsk_${await numberOf(told)}`])
    expect(await asking.data(user(userId), NODE, { id })).toEqual({ node: null });
  for (const id of [
    'rsk_',
    'rsk_0',
    'rsk_-1',
    'rsk_zzzzzzzzzzzz',
    'rsk_000000000000',
    `${told}0`,
    told.slice(0, -1),
    'rsk_uuuuuuuuuuuu',
    'rsk_99999999999',
  ])
    expect([id, await asking.data(support, NODE, { id })]).toEqual([id, { node: null }]);
});

it('is another one for every decision, and leads back to it', async () => {
  const numbers = fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 60n - 1n }), {
    minLength: 50,
    maxLength: 50,
  });
  const [drawn = []] = fc.sample(numbers, { numRuns: 1, seed: 69 });
  const wanted = [1n, 2n, 2n ** 30n - 1n, 2n ** 30n, 2n ** 60n - 1n, ...drawn].map(String);
  const rows = await asking.sql(
    `select n::text as number, decision_code(n) as code, decision_number(decision_code(n))::text as back
     from unnest($1::bigint[]) n`,
    [wanted],
  );
  expect(rows.map(({ back }) => back)).toEqual(wanted);
  expect(new Set(rows.map(({ code }) => code)).size).toBe(new Set(wanted).size);
  for (const { code } of rows) expect(code).toMatch(PATTERN);
});

it('is another one where the gateway has another secret', async () => {
  const code = async () => (await asking.sql('select decision_code(1) as code'))[0]?.code;
  const before = await code();
  const [kept] = await asking.sql('select key_secret from gateway');
  await asking.sql(`update gateway set key_secret = sha256('another')`);
  expect(await code()).not.toBe(before);
  await asking.sql('update gateway set key_secret = $1', [kept?.key_secret]);
  expect(await code()).toBe(before);
});
