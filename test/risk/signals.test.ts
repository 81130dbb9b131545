// Each signal by the doors that purchases and payments go through: its figure before the purchase is made and once there is money,
// and that a rule fires from that figure on.
import { PLACES, SIGNALS } from '../../src/risk/signals';
import { freshWho, Shop, STORIES, type Story } from './signal-cases';
import { useRisk } from './stand';
import { type StillClock, stopClock } from './still-clock';

const risk = useRisk();
const shop = new Shop(risk);
const NOON = new Date('2026-06-10T12:00:00.000Z');
const once: Story['before'] = (shop, who) => shop.pay(who);
const onceAndSpent: Story['before'] = async (shop, who) => {
  await shop.pay(who);
  await shop.spend(who, 19n);
};
const A_DAY = 24;
/** Of whom more than nothing has to be known. */
const QUIET: Readonly<Record<string, Partial<Story>>> = {
  account_age_hours: { age: 4 },
  is_first_purchase: { before: once },
  disposable_email: { emailDomain: 'example.com' },
  // Bought, and spent less of it.
  spent_at_once: { before: onceAndSpent },
  user_at_stake_7d: { before: onceAndSpent },
  // As many accounts, that are a millisecond more than a day old.
  ...Object.fromEntries(
    ['device_newcomers_7d', 'card_newcomers_7d', 'address_newcomers_3h'].map((name) => [
      name,
      { ...STORIES[name], age: A_DAY + 1 / 3_600_000 },
    ]),
  ),
};
let clock: StillClock;

beforeAll(async () => {
  clock = await stopClock(risk.database.url, NOON);
});
afterAll(() => clock.end());

// Everything is counted anew: a price and a country are everybody's.
beforeEach(async () => {
  await risk.rows('delete from risk_counters');
  await risk.rows('delete from risk_attacks');
});

/** What a purchase shows of a signal, and which rules fired, before it is made and once it is paid. */
async function shown(name: string, { before, card, age, emailDomain }: Partial<Story>, isCheapest = true) {
  const who = { ...freshWho(NOON, age), isCheapest, emailDomain };
  await before?.(shop, who);
  await shop.pay(who, card);
  const number = PLACES.findIndex((signal) => signal?.name === name) + 1;
  const [claim, settle] = (
    await risk.rows(
      `select stage, signals[$2] as figure, fired from risk_decisions where user_id = $1 order by id desc limit 2`,
      [who.user, number],
    )
  ).reverse();
  expect([claim.stage, settle.stage]).toEqual(['claim', 'settle']);
  return { claim, settle };
}

it('there is a story for every signal, and for nothing else', () => {
  expect(Object.keys(STORIES).sort()).toEqual(SIGNALS.map(({ name }) => name).sort());
});

describe.each(SIGNALS.map(({ name }) => name))('%s', (name) => {
  const story = STORIES[name] as Story;

  it.each(['claim', 'settle'] as const)(
    'at the %s fires from its figure on, and not above it',
    async (stage) => {
      const figure = story[stage];
      const bound = figure ?? 0;
      await risk.useRules(
        { signal: name, at_least: bound - 0.5, stage },
        { signal: name, at_least: bound, stage },
        { signal: name, at_least: bound + 0.5, stage },
      );
      const told = (await shown(name, story))[stage];

      expect(told.figure).toEqual(figure === null ? null : expect.closeTo(figure, 9));
      expect(told.fired).toEqual(figure === null ? [] : [1, 2]);
    },
  );

  it('is lower, or not known, of who did nothing of it', async () => {
    await risk.useRules();
    const told = await shown(name, QUIET[name] ?? {}, false);
    for (const stage of ['claim', 'settle'] as const) {
      const figure = story[stage];
      // The end of a row of declines is the payment itself, whoever pays.
      if (figure === 0) expect(told[stage].figure).toBe(0);
      else expect(told[stage].figure ?? -1).toBeLessThan(figure ?? 0);
    }
  });
});
