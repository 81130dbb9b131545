// Limits of what may be spent in a span of time, and who spent.
import { randomUUID } from 'node:crypto';
import type { Caller } from '../../src/callers/caller';
import { holdCredits } from '../../src/credits/hold';
import { type SetSpendLimitInput, setSpendLimit } from '../../src/credits/set-spend-limit';
import { spendCredits } from '../../src/credits/spend';
import { spendMany } from '../../src/credits/spend-many';
import { listTransactions } from '../../src/credits/transactions';
import { readInstant } from '../../src/db/instant';
import type { SpendLimitProblem } from '../../src/kernel/problems';
import { brokenIn } from '../support/ledger';
import { priced, usageOf } from './priced';
import { as, codeOf, finance, service, useCreditStand } from './stand';

const stand = useCreditStand();
const HOUR_MS = 3_600_000;

const limit = (userId: string, credits: number | null, more: Partial<SetSpendLimitInput> = {}) =>
  setSpendLimit(stand.deps, service, {
    ...{ userId, per: 'day' as const },
    ...more,
    credits: credits === null ? null : BigInt(credits),
  });
const used = async (userId: string) =>
  (await stand.deps.readSpendLimits(userId)).map(({ spent, held, remaining }) => [
    ...[Number(spent), Number(held), Number(remaining)],
  ]);
const now = async () => (await readInstant(stand.deps.pool)).getTime();
/** Ten minutes before the next midnight that is 20 minutes away or more, in UTC: what follows takes less. */
async function toTheEvening(): Promise<number> {
  const at = await now();
  const midnight = Math.ceil((at + HOUR_MS / 3) / (24 * HOUR_MS)) * 24 * HOUR_MS;
  await move(midnight - HOUR_MS / 6 - at);
  return midnight;
}
const move = (ms: number) =>
  stand.sql('update gateway set clock_offset_ms = clock_offset_ms + $1', [Math.round(ms)]);
const reached = async (call: Promise<unknown>): Promise<SpendLimitProblem['spendLimit']> => {
  const problem = await call.then(
    () => null,
    (thrown: SpendLimitProblem) => thrown,
  );
  expect(problem?.code).toBe('SPEND_LIMIT_REACHED');
  return problem?.spendLimit ?? null;
};

describe('A limit', () => {
  it('lets its last credit be spent and nothing after that, and says what is left and when it counts anew', async () => {
    await stand.buy('ada');
    await limit('ada', 10);
    await stand.spend('ada', 7);
    const met = await reached(stand.spend('ada', 4));
    expect(met).toMatchObject({ per: 'day', credits: 10n, spent: 7n, held: 0n, remaining: 3n });
    expect(Number(met?.resetsAt) - Number(met?.startsAt)).toBe(24 * HOUR_MS);
    await stand.spend('ada', 3);
    expect(await codeOf(stand.spend('ada', 1))).toBe('SPEND_LIMIT_REACHED');
    expect(await used('ada')).toEqual([[10, 0, 0]]);
  });

  it('of a member is freed by a reversal of usage by as much as that usage counted, and shows no number below zero', async () => {
    const { price } = priced(stand);
    await price('limited', { microPerUnit: 100_000n });
    await stand.buy('umar');
    const by = (memberId: string, quantity: number) =>
      spendCredits(stand.deps, service, {
        ...{ userId: 'umar', memberId, reason: 'An answer', idempotencyKey: randomUUID() },
        usage: usageOf({ limited: quantity }),
      });
    await limit('umar', 2, { memberId: 'ann' });
    // 1.5 take one credit, and the half of somebody else the second one: both come back with the 1.5.
    const { journalId } = await by('ann', 15);
    await by('bob', 5);
    await stand.reverse(journalId);
    expect(await stand.standing('umar')).toMatchObject({ credits: 50 });
    expect(await used('umar')).toEqual([[0, 0, 2]]);
    await by('ann', 20);
    expect(await codeOf(by('ann', 10))).toBe('SPEND_LIMIT_REACHED');
    expect(await brokenIn(stand.database.url)).toEqual([]);
  });

  it('counts what was spent in its day before it was set, and in all from then on', async () => {
    await stand.buy('bea');
    await stand.spend('bea', 6);
    await stand.hold('bea', 3);
    await limit('bea', 10);
    await limit('bea', 10, { per: 'total' });
    expect(await used('bea')).toEqual([
      [6, 3, 1],
      [0, 0, 10],
    ]);
  });

  it('of a member binds this member alone, and that of everybody all of them: the narrowest is met first', async () => {
    await stand.buy('cid');
    await limit('cid', 20);
    await limit('cid', 5, { memberId: 'mel' });
    await stand.spend('cid', 5, undefined, 'mel');
    expect(await reached(stand.spend('cid', 1, undefined, 'mel'))).toMatchObject({ memberId: 'mel' });
    await stand.spend('cid', 10, undefined, 'max');
    expect(await reached(stand.spend('cid', 6, undefined, 'max'))).toMatchObject({
      ...{ memberId: null, remaining: 5n },
    });
    await stand.spend('cid', 5);
    expect(await used('cid')).toEqual([
      [20, 0, 0],
      [5, 0, 0],
    ]);
  });

  it('of an API key binds what is spent and held with this key', async () => {
    await stand.buy('dan');
    await limit('dan', 5, { apiKeyId: 'key_1', per: 'month' });
    const withKey = (apiKeyId: string, credits: number, idempotencyKey: string) =>
      spendCredits(
        stand.deps,
        { ...service, apiKeyId },
        { userId: 'dan', credits: BigInt(credits), reason: 'A picture', idempotencyKey },
      );
    await withKey('key_1', 5, 'k1');
    expect(await reached(withKey('key_1', 1, 'k2'))).toMatchObject({ apiKeyId: 'key_1', per: 'month' });
    await withKey('key_2', 1, 'k3');
    // The key that was replaced repeats what it sent.
    expect((await withKey('key_2', 5, 'k1')).replayed).toBe(true);
  });

  it('keeps a refusal under its key, also once there is room or the limit is gone', async () => {
    await stand.buy('eve');
    await limit('eve', 5);
    expect(await reached(stand.spend('eve', 6, 'late'))).toMatchObject({ remaining: 5n });
    expect(await codeOf(stand.hold('eve', 6, { key: 'late' }))).toBe('SPEND_LIMIT_REACHED');
    await limit('eve', 50);
    expect(await reached(stand.spend('eve', 6, 'late'))).toMatchObject({ credits: 50n, remaining: 50n });
    await limit('eve', null);
    expect(await reached(stand.spend('eve', 6, 'late'))).toBeNull();
    expect(await reached(stand.hold('eve', 6, { key: 'late' }))).toBeNull();
    await stand.spend('eve', 6, 'early');
  });

  it('is counted against by holds; what is settled of one, more too, counts in its place', async () => {
    await stand.buy('fay');
    await limit('fay', 20);
    const { hold } = await stand.hold('fay', 12);
    expect(await codeOf(stand.hold('fay', 9))).toBe('SPEND_LIMIT_REACHED');
    const { hold: other } = await stand.hold('fay', 8);
    expect(await used('fay')).toEqual([[0, 20, 0]]);
    await stand.release('fay', other.id);
    expect(await used('fay')).toEqual([[0, 12, 8]]);
    await stand.settle('fay', hold.id, 25);
    expect(await used('fay')).toEqual([[25, 0, 0]]);
    expect(await codeOf(stand.spend('fay', 1))).toBe('SPEND_LIMIT_REACHED');
  });

  it('gets back what a reversal gives back, what a refund takes of a hold, and what runs out', async () => {
    const intent = await stand.buy('gus');
    await limit('gus', 45);
    const { journalId } = await stand.spend('gus', 10);
    await stand.reverse(journalId, { credits: 4 });
    expect(await used('gus')).toEqual([[6, 0, 39]]);
    const { hold } = await stand.hold('gus', 39);
    await stand.refund(intent, 4000n);
    expect(await used('gus')).toEqual([[6, Number(hold.held) - 35, 35]]);
    await stand.pass('gus', 4000);
    await stand.standing('gus');
    expect((await used('gus'))[0]?.[1]).toBe(0);
  });

  it('that is lowered below what was spent refuses what follows, and one of 0 everything', async () => {
    await stand.buy('hal');
    await limit('hal', 20);
    await stand.spend('hal', 15);
    await limit('hal', 10);
    expect(await used('hal')).toEqual([[15, 0, 0]]);
    expect(await codeOf(stand.spend('hal', 1))).toBe('SPEND_LIMIT_REACHED');
    await limit('hal', 0);
    expect(await codeOf(stand.spend('hal', 1))).toBe('SPEND_LIMIT_REACHED');
  });

  it('decides each of many at once in their order, and counts those that are spent', async () => {
    await stand.buy('ida');
    await limit('ida', 10);
    await limit('ida', 4, { memberId: 'mel' });
    const item = (credits: number, memberId: string | null, key: string) => ({
      ...{ userId: 'ida', credits: BigInt(credits), memberId, reason: 'A picture', key },
    });
    const items = [
      item(3, 'mel', '1'),
      item(2, 'mel', '2'),
      item(1, 'mel', '3'),
      item(6, null, '4'),
      item(1, null, '5'),
    ];
    const results = await spendMany(stand.deps, service, { items });
    expect(results.map(({ outcome }) => outcome)).toEqual(['spent', 'refused', 'spent', 'spent', 'refused']);
    expect(await used('ida')).toEqual([
      [10, 0, 0],
      [4, 0, 0],
    ]);
  });

  it('lets 200 spends at once take what it leaves, and no more', async () => {
    await stand.buy('jim', null, { credits: 500, amountMinor: 5000n });
    await limit('jim', 7);
    const another = stand.another();
    const codes = await Promise.all(
      Array.from({ length: 200 }, (_, nth) =>
        codeOf(
          spendCredits(nth % 2 ? stand.deps : another, as('jim'), {
            ...{ credits: 1n, reason: 'A picture', idempotencyKey: `r${nth}` },
          }),
        ),
      ),
    );
    expect(codes.filter((code) => code === 'none')).toHaveLength(7);
    expect(codes.filter((code) => code === 'SPEND_LIMIT_REACHED')).toHaveLength(193);
    expect(await used('jim')).toEqual([[7, 0, 0]]);
  });
});

describe('Who sets a limit', () => {
  it('is a back end or finance; a user finds nothing, of their own neither', async () => {
    const input = { userId: 'kim', per: 'day' as const, credits: 5n };
    const support: Caller = { id: 'sup_1', role: 'support' };
    for (const caller of [as('kim'), as('lou'), support])
      expect(await codeOf(setSpendLimit(stand.deps, caller, input))).toBe('NOT_FOUND');
    await setSpendLimit(stand.deps, finance, input);
    expect(await stand.sql("select actor, diff from audit_log where action = 'setSpendLimit'")).toEqual([
      { actor: 'fin_1', diff: { memberId: null, apiKeyId: null, per: 'day', timeZone: 'UTC', credits: 5 } },
    ]);
  });

  it.each([
    ['a zone that is none', { timeZone: 'Mars/Olympus' }],
    ['an offset, whose sign is read in two ways', { timeZone: '+05:30' }],
    ['a member and a key at once', { memberId: 'mel', apiKeyId: 'key_1' }],
    ['a member without a name', { memberId: '' }],
    ['a member whose id cannot be stored', { memberId: 'a\0b' }],
    ['fewer than none', { credits: -1n }],
  ])('is told what is wrong with %s', async (_, more) => {
    const input = { userId: 'kim', per: 'week' as const, credits: 5n, ...more };
    expect(await codeOf(setSpendLimit(stand.deps, service, input))).toBe('INVALID_INPUT');
  });

  it('names no member as a user, who could spend in the name of one with more left', async () => {
    const spend = { memberId: 'mel', credits: 1n, reason: 'A picture', idempotencyKey: 'k' };
    expect(await codeOf(spendCredits(stand.deps, as('kim'), spend))).toBe('NOT_FOUND');
    expect(await codeOf(holdCredits(stand.deps, as('kim'), { ...spend, ttlSeconds: 60 }))).toBe('NOT_FOUND');
  });
});

describe('Who spent', () => {
  it('is kept with each spend and each hold, of what is settled too, and found by it', async () => {
    await stand.buy('mia');
    const caller = { ...service, apiKeyId: 'key_7' };
    await stand.spend('mia', 1, undefined, 'mel');
    const { hold } = await stand.hold('mia', 9, { caller, memberId: 'max' });
    expect(hold).toMatchObject({ memberId: 'max', apiKeyId: 'key_7' });
    await stand.settle('mia', hold.id, 2, { caller: service });
    await stand.spend('mia', 4);
    const found = async (filter: { memberId?: string; apiKeyId?: string }) =>
      (await listTransactions(stand.deps, 'mia', { filter, page: { first: 20 }, upTo: 99n })).items.map(
        ({ node }) => Number(node.credits),
      );
    expect(await found({ memberId: 'mel' })).toEqual([-1]);
    expect(await found({ memberId: 'max' })).toEqual([-2]);
    expect(await found({ apiKeyId: 'key_7' })).toEqual([-2]);
    expect(await found({ memberId: 'nobody' })).toEqual([]);
    const [last] = await stand.sql("select max(journal_id)::text as id from spenders where user_id = 'mia'");
    expect(await stand.deps.readSpender(last.id)).toEqual({ memberId: 'max', apiKeyId: 'key_7' });
  });

  it('is part of the input: another member with the same key is no repeat, which would run unpaid', async () => {
    await stand.buy('ned');
    await stand.spend('ned', 1, 'one', 'mel');
    expect((await stand.spend('ned', 1, 'one', 'mel')).replayed).toBe(true);
    expect(await codeOf(stand.spend('ned', 1, 'one', 'max'))).toBe('IDEMPOTENCY_CONFLICT');
  });
});

describe('A window', () => {
  const windowOf = async (per: string, zone: string, at: string) => {
    const { rows } = await stand.deps.pool.query('select (limit_window($1, $2, $3)).*', [per, zone, at]);
    const [row] = rows;
    return [row.starts_at.toISOString(), row.ends_at.toISOString()];
  };

  it.each([
    [
      'a day of 23 hours',
      'day',
      'America/New_York',
      '2026-03-08T12:00Z',
      '2026-03-08T05:00',
      '2026-03-09T04:00',
    ],
    [
      'a day of 25 hours',
      'day',
      'America/New_York',
      '2026-11-01T05:30Z',
      '2026-11-01T04:00',
      '2026-11-02T05:00',
    ],
    [
      'half an hour aside',
      'day',
      'Asia/Kolkata',
      '2026-03-08T18:30Z',
      '2026-03-08T18:30',
      '2026-03-09T18:30',
    ],
    [
      'the last instant of it',
      'day',
      'Asia/Kolkata',
      '2026-03-08T18:29:59.999Z',
      '2026-03-07T18:30',
      '2026-03-08T18:30',
    ],
    [
      'a week from Monday',
      'week',
      'Europe/Berlin',
      '2026-03-29T21:00Z',
      '2026-03-22T23:00',
      '2026-03-29T22:00',
    ],
    ['a February', 'month', 'UTC', '2028-02-29T23:59Z', '2028-02-01T00:00', '2028-03-01T00:00'],
    [
      'a day without midnight',
      'day',
      'Africa/Cairo',
      '2026-04-24T10:00Z',
      '2026-04-23T22:00',
      '2026-04-24T21:00',
    ],
    [
      'the first of two midnights',
      'day',
      'America/Havana',
      '2026-11-01T04:30Z',
      '2026-10-31T04:00',
      '2026-11-01T05:00',
    ],
    [
      'the second of two midnights',
      'day',
      'America/Havana',
      '2026-11-01T05:00Z',
      '2026-11-01T05:00',
      '2026-11-02T05:00',
    ],
  ])('is %s', async (_, per, zone, at, starts, ends) => {
    const iso = (text: string) => new Date(`${text}Z`).toISOString();
    expect(await windowOf(per, zone, at)).toEqual([iso(starts), iso(ends)]);
  });

  it('of a hold over midnight is the day in which it was made, and so is that of a spend that is given back', async () => {
    await stand.buy('ora', null, { credits: 500, amountMinor: 5000n });
    const midnight = await toTheEvening();
    await limit('ora', 20);
    const { hold } = await stand.hold('ora', 12);
    const { journalId } = await stand.spend('ora', 8);
    expect(await used('ora')).toEqual([[8, 12, 0]]);

    await move(midnight - (await now()) + 1000);
    expect(await used('ora')).toEqual([[0, 0, 20]]);
    await stand.spend('ora', 20);
    await stand.settle('ora', hold.id, 15);
    await stand.reverse(journalId);
    // Neither uses up nor enlarges what is left of the new day.
    expect(await used('ora')).toEqual([[20, 0, 0]]);
    expect(await codeOf(stand.spend('ora', 1))).toBe('SPEND_LIMIT_REACHED');
  });

  it('of 400 days is each day’s own: so much a day, and never more', async () => {
    await stand.buy('pam', null, { credits: 5000, amountMinor: 5000n });
    await limit('pam', 3, { timeZone: 'America/New_York' });
    await limit('pam', 40, { per: 'month', timeZone: 'America/New_York' });
    const spent = new Map<string, number>();
    const dated = (at: number, more: Intl.DateTimeFormatOptions) =>
      new Date(at).toLocaleDateString('en', {
        timeZone: 'America/New_York',
        year: 'numeric',
        month: 'numeric',
        ...more,
      });
    for (let days = 0; days < 400; days++) {
      const at = await now();
      const [day, month] = [dated(at, { day: 'numeric' }), dated(at, {})];
      for (const credits of [2, 2, 1]) {
        const [today, inMonth] = [(spent.get(day) ?? 0) + credits, (spent.get(month) ?? 0) + credits];
        const isWithin = today <= 3 && inMonth <= 40;
        expect([day, await codeOf(stand.spend('pam', credits))]).toEqual([
          ...[day, isWithin ? 'none' : 'SPEND_LIMIT_REACHED'],
        ]);
        if (isWithin) spent.set(day, today).set(month, inMonth);
      }
      await move(24 * HOUR_MS);
    }
  }, 60_000);
});

it.each([
  [
    'in the window of a limit counts what was spent and is held in it',
    "update spend_limits set spent = spent + 1 where user_id = 'pam' and per = 'month'",
    "update spend_limits set spent = spent - 1 where user_id = 'pam' and per = 'month'",
  ],
  [
    'a wallet says that it has limits exactly where it has',
    "update wallets set spend_limited = false where user_id = 'pam'",
    "update wallets set spend_limited = true where user_id = 'pam'",
  ],
  [
    'who spent is noted of spends alone, and of the user whose they are',
    "update spenders set user_id = 'eve' where user_id = 'ned'",
    "update spenders set user_id = 'ned' where user_id = 'eve'",
  ],
])('the ledger check finds what breaks it: %s', async (invariant, breaks, mends) => {
  await stand.sql(breaks);
  const broken = await brokenIn(stand.database.url);
  await stand.sql(mends);
  expect([...new Set(broken.map((one) => one.invariant))]).toEqual([invariant]);
});
