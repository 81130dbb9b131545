// Spends that are given back, to the lots that they came from.
import { eventually } from '../support/eventually';
import { startGateway, stopGateways } from '../support/gateway';
import { as, codeOf, finance, useCreditStand } from './stand';

const stand = useCreditStand();
afterAll(stopGateways);

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
const lots = (userId: string) =>
  stand.sql(
    `select remaining::int, spent::int, earned_minor::int as earned, deferred_minor::int as deferred
     from lots where user_id = $1 order by id`,
    [userId],
  );

describe('A spend that is given back', () => {
  it('returns to its lot, and what it earned is no revenue any more', async () => {
    await stand.buy('ada');
    const { journalId } = await stand.spend('ada', 20);
    await stand.reverse(journalId);

    expect((await stand.postings('ada')).at(-1)).toEqual([
      'spend_reversal',
      { wallet: 20, credits_spent: -20, 'deferred_revenue INR': 2000, 'revenue INR': -2000 },
    ]);
    expect(await lots('ada')).toEqual([{ remaining: 50, spent: 0, earned: 0, deferred: 5000 }]);
    expect(await stand.standing('ada')).toMatchObject({ credits: 50 });
  });

  it('in parts gives back each lot to the last minor unit, the last one that was taken first', async () => {
    await stand.buy('bea', 30, { credits: 3, amountMinor: 100n });
    await stand.buy('bea', null, { credits: 7, amountMinor: 1000n });
    const { journalId } = await stand.spend('bea', 10);
    for (const credits of [4, 4]) await stand.reverse(journalId, { credits });
    expect(await lots('bea')).toEqual([
      { remaining: 1, spent: 2, earned: 66, deferred: 34 },
      { remaining: 7, spent: 0, earned: 0, deferred: 1000 },
    ]);
    await stand.reverse(journalId);

    expect(await lots('bea')).toEqual([
      { remaining: 3, spent: 0, earned: 0, deferred: 100 },
      { remaining: 7, spent: 0, earned: 0, deferred: 1000 },
    ]);
    expect(
      await stand.sql(
        `select sum(amount)::int as revenue from entries e join journal j on j.id = e.journal_id
         where j.user_id = 'bea' and account = 'revenue'`,
      ),
    ).toEqual([{ revenue: 0 }]);
  });

  it('gives back no more than it took', async () => {
    await stand.buy('cid');
    const { journalId } = await stand.spend('cid', 20);
    await stand.reverse(journalId, { credits: 15 });

    for (const credits of [6, 50])
      expect(await codeOf(stand.reverse(journalId, { credits }))).toBe('INVALID_STATE');
    await stand.reverse(journalId);
    expect(await codeOf(stand.reverse(journalId))).toBe('INVALID_STATE');
    for (const credits of [0, -5])
      expect(await codeOf(stand.reverse(journalId, { credits }))).toBe('INVALID_INPUT');
    expect(await stand.standing('cid')).toMatchObject({ credits: 50 });
  });

  it('of a settled hold returns as any other', async () => {
    await stand.buy('dan');
    const { hold } = await stand.hold('dan', 30);
    const { journalId } = await stand.settle('dan', hold.id, 12);
    await stand.reverse(journalId as string);

    expect(await stand.standing('dan')).toMatchObject({ credits: 50, held: 0 });
  });

  it('returns what a campaign gave to what was given', async () => {
    await stand.buy('eve');
    await stand.promote('eve', 10);
    const { journalId } = await stand.spend('eve', 15);
    await stand.reverse(journalId);

    expect((await stand.postings('eve')).at(-1)).toEqual([
      'spend_reversal',
      {
        ...{ wallet: 15, credits_spent: -5, credits_promo: -10 },
        ...{ 'deferred_revenue INR': 500, 'revenue INR': -500 },
      },
    ]);
  });

  it('lives for another week when its time is over, and then expires', async () => {
    await stand.buy('fay', 1);
    const { journalId } = await stand.spend('fay', 20);
    await stand.pass('fay', 86_401);
    expect(await stand.standing('fay')).toMatchObject({ credits: 0 });

    await stand.reverse(journalId);
    expect(await stand.standing('fay')).toMatchObject({ credits: 20 });
    await stand.pass('fay', 7 * 86_400 - 60);
    expect(await stand.standing('fay')).toMatchObject({ credits: 20 });
    await stand.pass('fay', 61);
    expect(await stand.standing('fay')).toMatchObject({ credits: 0 });
    expect((await stand.postings('fay')).at(-1)).toEqual([
      'expiry',
      { wallet: -20, credits_expired: 20, 'deferred_revenue INR': -2000, 'breakage INR': 2000 },
    ]);
  });

  it('of a grant that was revoked meanwhile is not left to be spent', async () => {
    const { grantId } = await stand.promote('gus', 10, { expiresAt: inHours(5) });
    const { journalId } = await stand.spend('gus', 10);
    await stand.revoke(grantId as string);
    await stand.reverse(journalId);

    expect(await stand.standing('gus')).toMatchObject({ credits: 0 });
    expect((await stand.postings('gus')).slice(-2)).toEqual([
      ['spend_reversal', { wallet: 10, credits_promo: -10 }],
      ['expiry', { wallet: -10, credits_promo: 10 }],
    ]);
  });

  it('pays first what the refund of its purchase left to be owed', async () => {
    const intent = await stand.buy('hal');
    const { journalId } = await stand.spend('hal', 40);
    await stand.refund(intent, 5000n);
    expect(await stand.standing('hal')).toMatchObject({ credits: 0, owed: 40 });

    await stand.reverse(journalId);

    expect(await stand.standing('hal')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 0 });
    // Its price was earned when it was spent, is given back, and is earned again by what pays the debt: no money moves.
    expect((await stand.postings('hal')).slice(-2)).toEqual([
      [
        'spend_reversal',
        { wallet: 40, credits_spent: -40, 'deferred_revenue INR': 4000, 'revenue INR': -4000 },
      ],
      ['debt_payment', { wallet: -40, debt: 40, 'deferred_revenue INR': -4000, 'revenue INR': 4000 }],
    ]);
  });

  it('of another day is given back until it is 90 days old', async () => {
    await stand.buy('ida');
    const [old, young] = [await stand.spend('ida', 5), await stand.spend('ida', 5)];
    const age = (id: string, days: number) =>
      stand.sql(
        `set local session_replication_role = replica; update journal set posted_at = posted_at - make_interval(days => ${days}) where id = ${id}`,
      );
    await age(old.journalId, 91);
    await age(young.journalId, 89);

    expect(await codeOf(stand.reverse(old.journalId))).toBe('INVALID_STATE');
    expect(await codeOf(stand.reverse(young.journalId))).toBe('none');
  });

  it('is for back ends and finance, and nothing but a spend is given back', async () => {
    await stand.buy('jim');
    const { journalId } = await stand.spend('jim', 5);
    for (const caller of [as('jim'), { id: 'sup_1', role: 'support' as const }])
      expect(await codeOf(stand.reverse(journalId, { caller }))).toBe('NOT_FOUND');
    const [grant] = await stand.sql(`select id from journal where user_id = 'jim' and kind = 'grant'`);
    for (const id of [grant.id, '999999999'])
      expect(await codeOf(stand.reverse(String(id)))).toBe('NOT_FOUND');
    expect(await codeOf(stand.reverse(journalId, { caller: finance }))).toBe('none');
  });
});

describe('A key', () => {
  it('gives back once, and is refused with another input', async () => {
    await stand.buy('kim');
    const { journalId } = await stand.spend('kim', 20);
    const first = await stand.reverse(journalId, { credits: 5, key: 'k' });
    const again = await stand.reverse(journalId, { credits: 5, key: 'k' });

    expect(again).toMatchObject({ journalId: first.journalId, replayed: true });
    expect(await codeOf(stand.reverse(journalId, { credits: 6, key: 'k' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await stand.standing('kim')).toMatchObject({ credits: 35 });
  });
});

it('one spend that is given back 60 times at once from two processes comes back once, and its key says so', async () => {
  await stand.buy('lea');
  const env = { DATABASE_URL: stand.database.url, LOG_LEVEL: 'info' };
  const gateways = await Promise.all([startGateway(env), startGateway(env)]);
  const shops = await Promise.all(gateways.map((gateway) => gateway.as('shop', 'service')));
  const spend = (idempotencyKey: string) =>
    shops[0]!.mutate(
      'spendCredits',
      { userId: 'lea', credits: 20, reason: 'A film', idempotencyKey },
      'replayed reversed transaction { id reversedCredits }',
    );
  const { transaction } = await spend('film');

  const answers = await Promise.all(
    Array.from({ length: 60 }, (_, nth) =>
      shops[nth % 2]!.mutate(
        'reverseSpend',
        { transactionId: transaction.id, reason: 'It failed', idempotencyKey: `r${nth}` },
        'transaction { id }',
      ),
    ),
  );

  expect(answers.filter(({ errors }) => errors.length === 0)).toHaveLength(1);
  expect(await stand.standing('lea')).toMatchObject({ credits: 50 });
  expect(await spend('film')).toMatchObject({
    replayed: true,
    reversed: true,
    transaction: { id: transaction.id, reversedCredits: 20 },
  });
  expect(await spend('film, again')).toMatchObject({ replayed: false, reversed: false });
});

it('of several people in one set, each is counted in one order, so that no two sets wait for each other', async () => {
  const spends: string[] = [];
  for (const userId of ['hands_1', 'hands_2']) {
    await stand.buy(userId);
    spends.push((await stand.spend(userId, 5)).journalId);
  }
  const handOf = (person: string) => `hashtextextended('by hand: ${person}', 0)`;
  const [first, set, other] = await Promise.all([1, 2, 3].map(() => stand.deps.pool.connect()));
  try {
    await first!.query(`begin; select pg_advisory_xact_lock(${handOf('ann')})`);
    const row = (nth: number, person: string) =>
      `row(${spends[nth]}, 1, 'x', 'hands', 'h', '${person}', 'support', '${person}', '{"above":{"CREDIT":"9"}}')::reversal_row`;
    // The one who comes last by name stands first.
    const reversed = set!.query(
      `select outcome from reverse_spends(array[${row(0, 'bob')}, ${row(1, 'ann')}], true)`,
    );
    await eventually(async () => {
      const waiting = await stand.sql(`select 1 from pg_locks where locktype = 'advisory' and not granted`);
      expect(waiting).toHaveLength(1);
    });
    const { rows } = await other!.query(`select pg_try_advisory_xact_lock(${handOf('bob')}) as free`);
    expect(rows).toEqual([{ free: true }]);
    await first!.query('commit');
    expect((await reversed).rows).toEqual([{ outcome: 'reversed' }, { outcome: 'reversed' }]);
  } finally {
    for (const client of [first, set, other]) client!.release();
  }
});
