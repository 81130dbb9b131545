// Holds: credits set aside, settled for what was used, released, or ended by time alone.
import { holdCredits } from '../../src/credits/hold';
import { listHolds } from '../../src/credits/holds';
import { as, codeOf, service, useCreditStand } from './stand';

const stand = useCreditStand();

describe('A hold', () => {
  it('sets credits aside without spending them, and counts against what is available', async () => {
    await stand.buy('ada');

    const { hold, wallet } = await stand.hold('ada', 30);

    expect(hold).toMatchObject({ credits: 30n, status: 'open', settledCredits: null, userId: 'ada' });
    expect(wallet).toMatchObject({ balance: 50n, held: 30n });
    expect(await codeOf(stand.spend('ada', 21))).toBe('INSUFFICIENT_CREDITS');
    expect(await codeOf(stand.hold('ada', 21))).toBe('INSUFFICIENT_CREDITS');
    await stand.spend('ada', 20);
    expect(await stand.standing('ada')).toEqual({ credits: 30, held: 30, frozen: 0, owed: 0 });
  });

  it('is settled for less: what was used is spent, the rest is available again', async () => {
    await stand.buy('bea');
    const { hold } = await stand.hold('bea', 30);

    const settled = await stand.settle('bea', hold.id, 12);

    expect(settled.hold).toMatchObject({ status: 'settled', settledCredits: 12n, held: 0n });
    expect(settled.wallet).toMatchObject({ balance: 38n, held: 0n });
    expect((await stand.postings('bea')).at(-1)).toEqual([
      'spend',
      { wallet: -12, credits_spent: 12, 'deferred_revenue INR': -1200, 'revenue INR': 1200 },
    ]);
  });

  it('is settled for more, up to what is available, or not at all', async () => {
    await stand.buy('cid');
    const { hold } = await stand.hold('cid', 30);
    await stand.spend('cid', 10);

    expect(await codeOf(stand.settle('cid', hold.id, 41))).toBe('INSUFFICIENT_CREDITS');
    expect(await stand.standing('cid')).toMatchObject({ credits: 40, held: 30 });
    await stand.settle('cid', hold.id, 40);

    expect(await stand.standing('cid')).toMatchObject({ credits: 0, held: 0 });
    expect((await stand.postings('cid')).at(-1)).toEqual([
      'spend',
      { wallet: -40, credits_spent: 40, 'deferred_revenue INR': -4000, 'revenue INR': 4000 },
    ]);
  });

  it('is settled for nothing: it ends and nothing is posted', async () => {
    await stand.buy('dan');
    const { hold } = await stand.hold('dan', 5);

    const settled = await stand.settle('dan', hold.id, 0);

    expect(settled).toMatchObject({ journalId: null, hold: { status: 'settled', settledCredits: 0n } });
    expect(await stand.standing('dan')).toMatchObject({ credits: 50, held: 0 });
    expect((await stand.postings('dan')).map(([kind]) => kind)).toEqual(['receipt', 'grant']);
  });

  it('is released: all of it is available again, and releasing it once more changes nothing', async () => {
    await stand.buy('eve');
    const { hold } = await stand.hold('eve', 50);

    const first = await stand.release('eve', hold.id);
    const again = await stand.release('eve', hold.id);

    expect(first.hold.status).toBe('released');
    expect(again.wallet.version).toBe(first.wallet.version);
    expect(await stand.standing('eve')).toMatchObject({ credits: 50, held: 0 });
  });

  it('ends once: settled, released or expired, it can be neither settled nor released', async () => {
    await stand.buy('fay');
    const holds = [await stand.hold('fay', 1), await stand.hold('fay', 2), await stand.hold('fay', 3)];
    const [settled, released, expired] = holds.map(({ hold }) => hold.id) as [string, string, string];
    await stand.settle('fay', settled, 1);
    await stand.release('fay', released);
    await stand.pass('fay', 3601);

    for (const id of [settled, released, expired])
      await expect(stand.settle('fay', id, 1)).rejects.toMatchObject({
        code: 'INVALID_STATE',
        allowedFrom: ['open'],
      });
    for (const id of [settled, expired]) expect(await codeOf(stand.release('fay', id))).toBe('INVALID_STATE');
    expect(await stand.standing('fay')).toMatchObject({ credits: 49, held: 0 });
  });

  it('takes the soonest to expire first, and earns revenue by the price of each lot that was used', async () => {
    await stand.adjust('gus', 10, { expiresAt: new Date(Date.now() + 3_600_000) });
    await stand.buy('gus', 30);
    await stand.buy('gus');
    const { hold } = await stand.hold('gus', 70);

    await stand.settle('gus', hold.id, 25);

    expect((await stand.postings('gus')).at(-1)).toEqual([
      'spend',
      { wallet: -25, credits_spent: 25, 'deferred_revenue INR': -1500, 'revenue INR': 1500 },
    ]);
    const lots = await stand.sql(
      'select remaining::int, held::int from lots where user_id = $1 order by expires_at',
      ['gus'],
    );
    expect(lots).toEqual([
      { remaining: 0, held: 0 },
      { remaining: 35, held: 0 },
      { remaining: 50, held: 0 },
    ]);
  });
});

describe('Time alone', () => {
  it('ends a hold for every reader at once, without any schedule', async () => {
    await stand.buy('hal');
    const { hold } = await stand.hold('hal', 40, { ttlSeconds: 60 });
    await stand.pass('hal', 61);

    expect(await stand.standing('hal')).toEqual({ credits: 50, held: 0, frozen: 0, owed: 0 });
    expect((await stand.deps.readHold(hold.id))?.status).toBe('expired');
  });

  it('shows a hold that ran out as expired to whoever reads the hold first', async () => {
    await stand.buy('ida');
    const { hold } = await stand.hold('ida', 40, { ttlSeconds: 60 });
    await stand.pass('ida', 61);

    expect((await stand.deps.readHold(hold.id))?.status).toBe('expired');
    const page = await listHolds(stand.deps, 'ida', { status: ['expired'], page: {} });
    expect(page.items.map(({ node }) => node.id)).toEqual([hold.id]);
  });

  it('lets a spend have what a hold let go of', async () => {
    await stand.buy('jim');
    await stand.hold('jim', 50, { ttlSeconds: 60 });
    await stand.pass('jim', 61);

    await stand.spend('jim', 50);

    expect(await stand.standing('jim')).toMatchObject({ credits: 0, held: 0 });
  });

  it('counts each change: a version and an event for each hold that is made and that ends', async () => {
    await stand.buy('kim');
    await stand.hold('kim', 5);
    const { hold } = await stand.hold('kim', 6);
    await stand.release('kim', hold.id);
    await stand.pass('kim', 3601);
    await stand.standing('kim');

    const events = await stand.sql(
      `select version, data ->> 'held' as held, data ->> 'delta' as delta from events where subject = 'wallet:kim' order by id`,
    );
    expect(events.map(({ version, held, delta }) => [version, Number(held), Number(delta)])).toEqual([
      [1, 0, 50],
      [2, 5, 0],
      [3, 11, 0],
      [4, 5, 0],
      [5, 0, 0],
    ]);
  });
});

it('what a hold, its settlement and its release are answered with is what is read of them afterwards', async () => {
  await stand.buy('abe');
  const read = async ({ id }: { id: string }) => ({
    hold: await stand.deps.readHold(id),
    wallet: await stand.deps.readWallet('abe'),
  });
  const answer = ({ hold, wallet }: Awaited<ReturnType<typeof stand.hold>>) => ({
    hold: { ...hold, version: expect.anything() },
    wallet,
  });

  const asked = {
    ...{ userId: 'abe', credits: 30n, reason: 'A film', ttlSeconds: 90, idempotencyKey: 'told' },
    ...{ reference: 'A-17', metadata: { order: '17' } },
  };
  const held = await holdCredits(stand.deps, service, asked);
  expect(await read(held.hold)).toEqual(answer(held));
  const settled = await stand.settle('abe', held.hold.id, 12, { caller: service });
  expect(await read(held.hold)).toEqual(answer(settled));
  const other = await stand.hold('abe', 5);
  expect(await read(other.hold)).toEqual(answer(other));
  const released = await stand.release('abe', other.hold.id);
  expect(await read(other.hold)).toEqual(answer(released));
});

it('holds, settlements, releases and spends of one user at once wait for each other and all are booked', async () => {
  await stand.buy('ava', null, { credits: 1000, amountMinor: 1000n });
  const holds = await Promise.all(Array.from({ length: 40 }, () => stand.hold('ava', 10)));
  const busy = jest.spyOn(stand.deps.pool, 'query');

  await Promise.all([
    ...holds.slice(0, 20).map(({ hold }) => stand.settle('ava', hold.id, 4)),
    ...holds.slice(20).map(({ hold }) => stand.release('ava', hold.id)),
    ...Array.from({ length: 20 }, () => stand.hold('ava', 1)),
    ...Array.from({ length: 20 }, () => stand.spend('ava', 1)),
  ]);

  const calls = busy.mock.calls.filter(([statement]) =>
    /_(holds|credits)\b/.test((statement as unknown as { name: string }).name),
  );
  busy.mockRestore();
  expect(await stand.standing('ava')).toMatchObject({ credits: 1000 - 80 - 20, held: 20 });
  // One set of each verb, and few more: nobody came in vain and was sent again alone.
  expect(calls.length).toBeLessThanOrEqual(8);
});

describe('A key', () => {
  it('holds once: a repeat answers with the hold as it is by then', async () => {
    await stand.buy('lea');
    const first = await stand.hold('lea', 10, { key: 'h1' });
    await stand.settle('lea', first.hold.id, 4);

    const again = await stand.hold('lea', 10, { key: 'h1' });

    expect(again.hold).toMatchObject({ id: first.hold.id, status: 'settled', settledCredits: 4n });
    expect(await codeOf(stand.hold('lea', 11, { key: 'h1' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await stand.standing('lea')).toMatchObject({ credits: 46, held: 0 });
  });

  it('settles once, with the same posting for a repeat', async () => {
    await stand.buy('max');
    const { hold } = await stand.hold('max', 10);
    const first = await stand.settle('max', hold.id, 4, { key: 's1' });

    const again = await stand.settle('max', hold.id, 4, { key: 's1' });

    expect(again.journalId).toBe(first.journalId);
    expect(await codeOf(stand.settle('max', hold.id, 5, { key: 's1' }))).toBe('IDEMPOTENCY_CONFLICT');
    expect(await codeOf(stand.settle('max', hold.id, 4, { key: 's2' }))).toBe('INVALID_STATE');
  });

  it('keeps a refusal: a late repeat cannot suddenly hold or settle', async () => {
    await stand.buy('ned');
    const { hold } = await stand.hold('ned', 20);
    expect(await codeOf(stand.hold('ned', 60, { key: 'big' }))).toBe('INSUFFICIENT_CREDITS');
    expect(await codeOf(stand.settle('ned', hold.id, 60, { key: 'big' }))).toBe('INSUFFICIENT_CREDITS');
    await stand.buy('ned');

    expect(await codeOf(stand.hold('ned', 60, { key: 'big' }))).toBe('INSUFFICIENT_CREDITS');
    expect(await codeOf(stand.settle('ned', hold.id, 60, { key: 'big' }))).toBe('INSUFFICIENT_CREDITS');
  });
});

describe('Who may end a hold', () => {
  it('is not a user when a back end made it, and is a back end when a user did', async () => {
    await stand.buy('oda');
    const byService = await stand.hold('oda', 10, { caller: service });
    const byUser = await stand.hold('oda', 10);

    expect(await codeOf(stand.settle('oda', byService.hold.id, 1))).toBe('NOT_FOUND');
    expect(await codeOf(stand.release('oda', byService.hold.id))).toBe('NOT_FOUND');
    expect((await stand.release('oda', byUser.hold.id, service)).hold.status).toBe('released');
    expect((await stand.settle('oda', byService.hold.id, 1, { caller: service })).hold.status).toBe(
      'settled',
    );
  });

  it('is decided by the database as well', async () => {
    await stand.buy('pat');
    const { hold } = await stand.hold('pat', 10, { caller: service });
    const row = { id: hold.id, userId: 'pat', actor: 'pat', role: 'user' as const };

    expect(await stand.deps.releaseHold(row)).toBe('not_found');
    const settled = await stand.deps.settleHold({ ...row, credits: 1n, key: 'k', inputHash: 'h' });
    expect(settled.outcome).toBe('not_found');
    expect(await stand.standing('pat')).toMatchObject({ credits: 50, held: 10 });
  });

  it('is nobody who cannot see it, in the words for a hold that was never there', async () => {
    await stand.buy('quin');
    const { hold } = await stand.hold('quin', 10);

    const answers = await Promise.allSettled([
      stand.release('eve', hold.id, as('eve')),
      stand.release('eve', 'hld_nothing', as('eve')),
    ]);

    expect(answers.map((answer) => answer.status === 'rejected' && answer.reason.message)).toEqual([
      'The hold was not found.',
      'The hold was not found.',
    ]);
  });
});

it.each([
  ['no credits', { credits: 0 }],
  ['less than none', { credits: -1 }],
  ['no time', { ttlSeconds: 0 }],
  ['more than a day', { ttlSeconds: 86_401 }],
])(
  'a hold of %s is refused',
  async (_, { credits = 1, ttlSeconds = 60 }: { credits?: number; ttlSeconds?: number }) => {
    expect(await codeOf(stand.hold('rob', credits, { ttlSeconds }))).toBe('INVALID_INPUT');
  },
);
