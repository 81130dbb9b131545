// Credits given or taken by a person.
import { adjustCredits } from '../../src/credits/adjust';
import { as, codeOf, finance, useCreditStand } from './stand';

const stand = useCreditStand();

describe('Credits that are given', () => {
  it('are a lot of their own that nobody paid for: spending them earns nothing', async () => {
    await stand.adjust('ada', 20);
    await stand.spend('ada', 5);

    expect(await stand.postings('ada')).toEqual([
      ['adjustment', { credits_adjusted: -20, wallet: 20 }],
      ['spend', { wallet: -5, credits_spent: 5 }],
    ]);
    expect(await stand.standing('ada')).toMatchObject({ credits: 15 });
  });

  it('expire when they were given for a time', async () => {
    await stand.adjust('bea', 20, { expiresAt: new Date(Date.now() + 3_600_000) });
    await stand.pass('bea', 3601);

    expect(await stand.standing('bea')).toMatchObject({ credits: 0 });
    expect((await stand.postings('bea')).at(-1)).toEqual(['expiry', { wallet: -20, credits_expired: 20 }]);
  });

  it('pay what the user owes first, in the same call, with one event', async () => {
    const intent = await stand.buy('cid');
    await stand.spend('cid', 40);
    await stand.refund(intent, 5000n);
    expect(await stand.standing('cid')).toMatchObject({ credits: 0, owed: 40 });

    const { wallet } = await stand.adjust('cid', 60);

    expect(wallet).toMatchObject({ balance: 20n, owed: 0n, version: 4 });
    expect((await stand.postings('cid')).slice(-2)).toEqual([
      ['adjustment', { credits_adjusted: -60, wallet: 60 }],
      ['debt_payment', { wallet: -40, debt: 40 }],
    ]);
  });

  it('are all gone when the debt is larger', async () => {
    const intent = await stand.buy('dan');
    await stand.spend('dan', 40);
    await stand.refund(intent, 5000n);

    await stand.adjust('dan', 15);

    expect(await stand.standing('dan')).toEqual({ credits: 0, held: 0, frozen: 0, owed: 25 });
  });
});

describe('Credits that are taken', () => {
  it('are free ones in the order of spending; what was paid for them is no liability any more', async () => {
    await stand.buy('eve', 30);
    await stand.buy('eve');

    await stand.adjust('eve', -60);

    expect((await stand.postings('eve')).at(-1)).toEqual([
      'adjustment',
      { wallet: -60, credits_adjusted: 60, 'deferred_revenue INR': -6000, 'adjustments INR': 6000 },
    ]);
    expect(await stand.standing('eve')).toMatchObject({ credits: 40 });
  });

  it('are never held ones, and all or none', async () => {
    await stand.buy('fay');
    await stand.hold('fay', 30);

    expect(await codeOf(stand.adjust('fay', -21, { key: 'k' }))).toBe('INSUFFICIENT_CREDITS');
    await stand.buy('fay');
    expect(await codeOf(stand.adjust('fay', -21, { key: 'k' }))).toBe('INSUFFICIENT_CREDITS');
    expect(await stand.standing('fay')).toMatchObject({ credits: 100, held: 30 });
  });
});

describe('An adjustment', () => {
  it('happens once under its key', async () => {
    const first = await stand.adjust('gus', 20, { key: 'k' });
    const again = await stand.adjust('gus', 20, { key: 'k' });

    expect(again.journalId).toBe(first.journalId);
    expect(await codeOf(stand.adjust('gus', 21, { key: 'k' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await stand.standing('gus')).toMatchObject({ credits: 20 });
  });

  it('names who asked for it, and who agreed', async () => {
    const input = { userId: 'hal', credits: 5n, reason: 'Sorry', idempotencyKey: 'k' };
    await stand.sql(
      `insert into approvals (id, action, summary, input, credits, requested_by, decided_by, status, expires_at)
       values ('apr_1', 'adjust', 's', $1, 5, 'fin_1', 'fin_2', 'approved', now() + interval '1 day')`,
      [JSON.stringify({ ...input, credits: 5 })],
    );
    await adjustCredits(stand.deps, finance, input, 'fin_2');

    expect(await stand.sql("select actor, approved_by, reason from journal where user_id = 'hal'")).toEqual([
      { actor: 'fin_1', approved_by: 'fin_2', reason: 'Sorry' },
    ]);
  });

  it('names nobody as a second person who agreed to nothing', async () => {
    const input = { userId: 'hal', credits: 7n, reason: 'Sorry', idempotencyKey: 'nobody' };
    await expect(adjustCredits(stand.deps, finance, input, 'fin_2')).rejects.toThrow('No approval of fin_2');
    expect(await stand.standing('hal')).toMatchObject({ credits: 5 });
  });

  it.each([
    ['nothing', { credits: 0 }],
    ['a time that is over', { expiresAt: new Date(0) }],
    ['a time for credits that are taken', { credits: -1, expiresAt: new Date(Date.now() + 60_000) }],
  ])('of %s is refused', async (_, more: { credits?: number; expiresAt?: Date }) => {
    expect(await codeOf(stand.adjust('ida', more.credits ?? 1, more))).toBe('INVALID_INPUT');
  });

  it('cannot make a balance that nobody can be told', async () => {
    await stand.adjust('jim', Number.MAX_SAFE_INTEGER - 1);

    expect(await codeOf(stand.adjust('jim', 2))).toBe('INVALID_INPUT');
    await stand.adjust('jim', 1);
    expect(await stand.standing('jim')).toMatchObject({ credits: Number.MAX_SAFE_INTEGER });
  });

  it('is nothing that a user can do', async () => {
    const input = { userId: 'kim', credits: 5n, reason: 'Mine', idempotencyKey: 'k' };
    expect(await codeOf(adjustCredits(stand.deps, as('kim'), input))).toBe('NOT_FOUND');
  });
});
