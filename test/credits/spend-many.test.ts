// Many spends in one call.
import { spendCredits } from '../../src/credits/spend';
import { spendMany } from '../../src/credits/spend-many';
import { startGateway, stopGateways } from '../support/gateway';
import { as, codeOf, finance, service, useCreditStand } from './stand';

const stand = useCreditStand();
afterAll(stopGateways);

const item = (userId: string, credits: number, key: string, more: object = {}) => ({
  ...{ userId, credits: BigInt(credits), reason: 'Tokens', key },
  ...more,
});
const many = (items: ReturnType<typeof item>[], caller = service) => spendMany(stand.deps, caller, { items });

describe('Many spends in one call', () => {
  it('are answered in their order, and one that is refused harms none', async () => {
    await stand.buy('ada');
    await stand.buy('bea');
    const results = await many([
      item('ada', 10, 'a'),
      item('bea', 51, 'b'),
      item('ada', 41, 'c'),
      item('bea', 20, 'd'),
      item('ada', 40, 'e'),
      item('ada', 0, 'f'),
      item('', 1, 'g'),
      item('ada', 10, 'a'),
      item('ada', 11, 'a'),
    ]);

    expect(
      results.map((result) => [result.key, 'problem' in result ? result.problem.code : result.outcome]),
    ).toEqual([
      ['a', 'spent'],
      ['b', 'INSUFFICIENT_CREDITS'],
      ['c', 'INSUFFICIENT_CREDITS'],
      ['d', 'spent'],
      ['e', 'spent'],
      ['f', 'INVALID_INPUT'],
      ['g', 'NOT_FOUND'],
      ['a', 'replayed'],
      ['a', 'IDEMPOTENCY_CONFLICT'],
    ]);
    expect(await stand.standing('ada')).toMatchObject({ credits: 0 });
    expect(await stand.standing('bea')).toMatchObject({ credits: 30 });
  });

  it('that come again after the answer was lost take nothing twice', async () => {
    await stand.buy('cid');
    const items = Array.from({ length: 10 }, (_, nth) => item('cid', 3, `k${nth}`));
    const first = await many(items.slice(0, 6));
    const again = await many(items);

    expect(again.map(({ outcome }) => outcome)).toEqual([
      ...Array(6).fill('replayed'),
      ...Array(4).fill('spent'),
    ]);
    expect(again.slice(0, 6).map(({ journalId }) => journalId)).toEqual(
      first.map(({ journalId }) => journalId),
    );
    expect(await stand.standing('cid')).toMatchObject({ credits: 20 });
  });

  it('share their keys with spends that come alone', async () => {
    await stand.buy('dan');
    const input = { userId: 'dan', credits: 5n, reason: 'Tokens', idempotencyKey: 'k' };
    const { journalId } = await spendCredits(stand.deps, service, input);

    expect(await many([item('dan', 5, 'k')])).toMatchObject([{ outcome: 'replayed', journalId }]);
  });

  it('are what back ends alone do, 1 to 1,000 at a time', async () => {
    for (const caller of [as('eve'), finance])
      expect(await codeOf(many([item('eve', 1, 'k')], caller))).toBe('NOT_FOUND');
    expect(await codeOf(many([]))).toBe('INVALID_INPUT');
    expect(await codeOf(many(Array.from({ length: 1_001 }, (_, nth) => item('eve', 1, `k${nth}`))))).toBe(
      'INVALID_INPUT',
    );
  });
});

it('1,000 spends of one wallet in one call over HTTP are each booked once, also when two processes are sent the same', async () => {
  await stand.buy('fay', null, { credits: 1_500, amountMinor: 150_000n });
  const env = { DATABASE_URL: stand.database.url, LOG_LEVEL: 'info' };
  const gateways = await Promise.all([startGateway(env), startGateway(env)]);
  const shops = await Promise.all(gateways.map((gateway) => gateway.as('shop', 'service')));
  const items = Array.from({ length: 1_000 }, (_, nth) => ({
    ...{ userId: 'fay', credits: nth % 2 === 0 ? 1 : 2, reason: 'Tokens', key: `k${nth}` },
  }));
  const send = (nth: number) =>
    shops[nth % 2]!.mutate('spendMany', { items }, 'results { key outcome transaction { id credits } }');
  const answers = await Promise.all([send(0), send(1)]);

  for (const { results } of answers)
    expect(results.map(({ key }: { key: string }) => key)).toEqual(items.map(({ key }) => key));
  const [one, other] = answers.map(({ results }) => results);
  for (const nth of items.keys()) {
    expect([one[nth].outcome, other[nth].outcome].sort()).toEqual(['replayed', 'spent']);
    expect(one[nth].transaction).toEqual(other[nth].transaction);
  }
  expect(await stand.standing('fay')).toMatchObject({ credits: 0 });
  expect(
    await stand.sql(`select count(*)::int as spends, -sum(amount)::int as credits from entries e join journal j on j.id = e.journal_id
      where j.user_id = 'fay' and j.kind = 'spend' and e.account = 'wallet'`),
  ).toEqual([{ spends: 1000, credits: 1500 }]);
});
