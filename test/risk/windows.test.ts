// Windows to the millisecond, before a purchase is made and once there is money: over midnight, over the change of a database's
// time zone to summer and winter time, and where the clock of the gateway steps.
import pg from 'pg';
import { UNKNOWN_PAYER } from '../../src/risk/payer';
import { SIGNALS } from '../../src/risk/signals';
import { ownerOf } from '../support/database';
import { freshWho, Shop, type Who } from './signal-cases';
import { claimOf, useRisk } from './stand';
import { type StillClock, stopClock } from './still-clock';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WINDOWS: Readonly<Record<string, number>> = {
  '10m': 10 * MINUTE,
  '1h': HOUR,
  '3h': 3 * HOUR,
  '1d': DAY,
  '7d': 7 * DAY,
};

const risk = useRisk();
const shop = new Shop(risk);
let clock: StillClock;

beforeAll(async () => {
  // Before the first connection: a session has the zone of its database.
  const owner = new pg.Client(ownerOf(risk.database.url));
  await owner.connect();
  await owner.query(
    `do $$ begin execute format('alter database %I set timezone = %L', current_database(), 'Europe/Berlin'); end $$`,
  );
  await owner.end();
  clock = await stopClock(risk.database.url, new Date('2026-06-10T12:00:00.000Z'));
});
afterAll(() => clock.end());
beforeEach(async () => void (await risk.rows('delete from risk_counters')));

/** What is counted of each: the least that the rule asks for, and what happens at the beginning of the window. */
type Begin = (who: Who) => Promise<unknown>;
const another = (who: Who): Who => ({ ...who, user: freshWho(new Date()).user });
const declinedOften: Begin = async (who) => {
  for (const _ of [1, 2, 3, 4, 5]) await shop.decline(who);
};
const declined: Begin = (who) => shop.decline({ ...who, card: `old ${who.card}` });
const paidAndSpent: Begin = async (who) => {
  await shop.pay(who);
  await shop.spend(who, 50n);
};
// Its week is not in its name, which is older.
const SPENT = 'spent_at_once';
const COUNTED: readonly (readonly [RegExp, number, Begin])[] = [
  [/_credits_/, 100, shop.buy],
  [/_purchases_/, 2, (who) => shop.decline(who)],
  [/_decline_share_/, 1, declinedOften],
  [/card_declines_/, 1, (who) => shop.decline(who)],
  [/_declines_/, 1, declined],
  // The card of the purchase is another one.
  [/_cards_/, 1, declined],
  [/_users_/, 2, (who) => shop.decline(another(who))],
  // The purchase itself is one of an account of which nobody knows how old it is.
  [/_newcomers_/, 1, shop.pay],
  [/^spent_/, 100, paidAndSpent],
  // What is spent, and the purchase itself.
  [/_at_stake_/, 2, paidAndSpent],
];
const CASES = SIGNALS.filter(({ name }) => /_(10m|1h|3h|1d|7d)$/.test(name) || name === SPENT).map(
  ({ name, stage }) => {
    const counted = COUNTED.find(([pattern]) => pattern.test(name));
    if (!counted) throw new Error(`Nothing here says how ${name} is counted`);
    const [, atLeast, begin] = counted;
    const isKnownLater = !/^(country|amount)_/.test(name);
    return {
      name,
      atLeast,
      begin,
      isKnownAtClaim: stage === 'claim',
      isKnownLater,
      ms: WINDOWS[name === SPENT ? '7d' : (name.split('_').at(-1) ?? '')] ?? 0,
    };
  },
);
// Of cards the payment itself has brought one more by then.
const atSettle = ({ name, atLeast }: (typeof CASES)[number]) =>
  /_cards_/.test(name) ? atLeast + 1 : atLeast;

/** Which of two rules fire, before the purchase is made and once it is paid, so long after what is counted. */
async function fires(one: (typeof CASES)[number], from: Date, afterMs: number) {
  await risk.rows('delete from risk_counters');
  await risk.useRules(
    { signal: one.name, at_least: one.atLeast, stage: 'claim' },
    { signal: one.name, at_least: atSettle(one), stage: 'settle' },
  );
  const who = freshWho(from, 1);
  await clock.set(from);
  await one.begin(who);
  await clock.set(new Date(from.getTime() + afterMs));
  const late = { ...(/^(user|spent)_/.test(one.name) ? who : another(who)), accountCreatedAt: null };
  await shop.pay(late);
  const [claim, settle] = (
    await risk.rows('select fired from risk_decisions where user_id = $1 order by id desc limit 2', [
      late.user,
    ])
  ).reverse();
  return { claim: claim.fired.length > 0, settle: settle.fired.length > 0 };
}

describe.each([
  ['on any day', '2026-06-10T12:00:00.000Z'],
  ['over midnight', '2026-06-10T23:59:59.999Z'],
  ['over the day on which summer time begins where the database is', '2027-03-27T20:00:00.000Z'],
  ['over the night in which that ends', '2026-10-25T00:59:30.000Z'],
])('A window %s', (_when, start) => {
  it.each(CASES)('of $name has its edge where it says', async (one) => {
    const { isKnownAtClaim: claim, isKnownLater: settle, ms } = one;
    expect(await fires(one, new Date(start), ms - 1)).toEqual({ claim, settle });
    expect(await fires(one, new Date(start), ms)).toEqual({ claim: false, settle: false });
  });
});

const countOf = async (subject: string) =>
  (await risk.rows('select * from risk_counters where subject = $1', [subject]))[0];
const isInOrder = (marks: readonly unknown[]) =>
  marks.every((mark, at) => at === 0 || Number(marks[at - 1]) <= Number(mark));

describe.each([
  ['5 minutes', 5 * MINUTE],
  ['an hour', HOUR],
  // More than any window.
  ['8 days', 8 * DAY],
])('A clock that steps back by %s', (_much, step) => {
  const NOON = new Date('2026-06-10T12:00:00.000Z');
  const at = (afterMs: number) => clock.set(new Date(NOON.getTime() + afterMs));
  const buy = async (who: Who) =>
    (
      await risk.claims()(
        claimOf(who.user, { fingerprintId: who.device, payer: { ...UNKNOWN_PAYER, address: who.address } }),
      )
    ).outcome;

  it('and forward again loses no purchase and counts none twice, and the limit holds', async () => {
    await risk.useRules({ signal: 'user_purchases_10m', at_least: 6, decision: 'block' });
    const who = freshWho(NOON);
    await at(0);
    for (const _ of [1, 2, 3]) expect(await buy(who)).toBe('created');
    await at(-step);
    expect([await buy(who), await buy(who), await buy(who)]).toEqual(['created', 'created', 'blocked']);
    // As long as the window is, and no longer.
    await at(-step + 10 * MINUTE - 1);
    expect(await buy(who)).toBe('blocked');
    await at(-step + 10 * MINUTE);
    expect(await buy(who)).toBe('created');
    await at(20 * MINUTE);
    expect(await buy(who)).toBe('created');

    for (const subject of [
      `user:${who.user}`,
      `device:${who.device}`,
      `address:${who.address.replace(/7$/, '0/24')}`,
    ]) {
      const counter = await countOf(subject);
      expect(counter.attempts_n.at(-1)).toBe('7');
      expect(counter.attempts_credits.at(-1)).toBe('350');
      expect([counter.attempts_at, counter.attempts_n, counter.attempts_credits].every(isInOrder)).toBe(true);
      expect(
        new Set(
          [counter.attempts_at, counter.attempts_n, counter.attempts_credits].map((list) => list.length),
        ).size,
      ).toBe(1);
    }
  });

  it('and forward again loses no new account, and counts none twice', async () => {
    await risk.useRules({ signal: 'device_newcomers_7d', at_least: 3, stage: 'settle' });
    const who = freshWho(NOON, 1);
    const pays = async (one: Who) => {
      await shop.pay(one);
      return (await risk.decisionsOf(one.user)).at(-1).fired.length > 0;
    };
    await at(0);
    expect(await pays(who)).toBe(false);
    await at(-step);
    const second = { ...another(who), accountCreatedAt: new Date(NOON.getTime() - step - HOUR) };
    expect([await pays(second), await pays(second), await pays(who)]).toEqual([false, false, false]);
    expect(await pays({ ...second, user: another(who).user })).toBe(true);
    await at(0);

    const { newcomers_at: marks } = await countOf(`device:${who.device}`);
    expect(marks).toHaveLength(3);
    expect(isInOrder(marks)).toBe(true);
  });

  it('and forward again loses no decline, no card and no user, and counts none twice', async () => {
    await risk.useRules({ signal: 'device_declines_1h', at_least: 4, decision: 'block' });
    const who = freshWho(NOON);
    const others = [another(who), another(who), another(who)].map((one, nth) => ({
      ...one,
      card: `${who.card} ${nth}`,
    }));
    await at(0);
    for (const other of others.slice(0, 2)) await shop.decline(other);
    await at(-step);
    await shop.decline(others[2] as Who);
    expect(await buy(another(who))).toBe('created');
    await shop.decline(others[0] as Who);
    expect(await buy(another(who))).toBe('blocked');
    await at(0);

    const counter = await countOf(`device:${who.device}`);
    for (const list of [counter.tries_n, counter.declines_n]) expect(list.at(-1)).toBe('4');
    expect(counter.cards).toHaveLength(3);
    // Three who declined, and one who bought.
    expect(counter.users).toHaveLength(4);
    for (const list of [counter.tries_at, counter.declines_at, counter.cards_at, counter.users_at])
      expect(isInOrder(list)).toBe(true);
  });
});
