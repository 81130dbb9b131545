// One story for each signal: what has to happen so that a purchase shows the figure, by the doors that payers and providers use.

import { createSpend } from '../../src/credits/spend';
import type { Intent } from '../../src/payments/intent.entity';
import type { ProviderCard } from '../../src/providers/card';
import { addToAllowlist } from '../../src/risk/add-to-allowlist';
import { addToBlocklist } from '../../src/risk/add-to-blocklist';
import { silent } from '../support/intents';
import { card, claimOf, intentOf, type useRisk } from './stand';
import { freshSubject } from './subjects';

export type Risk = ReturnType<typeof useRisk>;

/** Who buys: everything of it was never seen before. */
export interface Who {
  readonly user: string;
  readonly device: string;
  readonly address: string;
  readonly country: string;
  readonly card: string;
  readonly accountCreatedAt: Date | null;
  readonly isCheapest?: boolean;
  readonly emailDomain?: string;
}

export interface Story {
  /** What happens before the purchase that is looked at. */
  readonly before?: (shop: Shop, who: Who) => Promise<unknown>;
  /** What the card of the purchase is like. */
  readonly card?: Partial<ProviderCard>;
  /** How old the account is, in hours. */
  readonly age?: number;
  /** Where the payer has mail. */
  readonly emailDomain?: string;
  /** What the signal is before the purchase is made; null: not known. */
  readonly claim: number | null;
  /** What it is once there is money. */
  readonly settle: number | null;
}

let numbered = 0;

export function freshWho(now: Date, age?: number): Who {
  const nth = ++numbered;
  return {
    ...{ user: freshSubject(), device: freshSubject(), card: freshSubject() },
    ...{ address: `10.${nth >> 8}.${nth & 255}.7`, country: 'DE' },
    accountCreatedAt: age === undefined ? null : new Date(now.getTime() - age * 3_600_000),
  };
}

/** What payers do, and what becomes of it. */
export class Shop {
  constructor(readonly risk: Risk) {}

  buy = async ({
    user,
    device,
    address,
    country,
    accountCreatedAt,
    isCheapest = true,
    emailDomain,
  }: Who): Promise<Intent> =>
    intentOf(
      await this.risk.claims('observe')(
        claimOf(user, {
          ...{ fingerprintId: device, isCheapest },
          payer: { address, country, accountCreatedAt, emailDomain: emailDomain ?? null },
        }),
      ),
    );

  pay = async (who: Who, more: Partial<ProviderCard> = {}) =>
    this.risk.pay(await this.buy(who), card({ fingerprint: who.card, ...more }), 'observe');

  decline = async (who: Who) => {
    await this.risk.decline(await this.buy(who), card({ fingerprint: who.card }), 'observe');
  };

  trouble = async (who: Who, kind: string) => {
    const { intent } = await this.pay(who);
    await this.risk.rows('select count_trouble($1, $2, $3)', [who.user, intent.id, kind]);
  };

  spend = ({ user }: Who, credits: bigint) =>
    createSpend(this.risk.database.pool())({
      ...{ userId: user, credits, reason: 'A picture', key: freshSubject(), inputHash: 'hash', actor: user },
      ...{ kind: 'user', operator: null, reference: null, metadata: null },
    });

  get lists() {
    return { pool: this.risk.database.pool(), log: silent };
  }
}

const twice = async (act: () => Promise<unknown>) => {
  await act();
  await act();
};
const other = (who: Who, shared: Partial<Who>): Who => ({
  ...freshWho(new Date()),
  country: 'FR',
  ...shared,
  accountCreatedAt: who.accountCreatedAt,
});

// The purchase that is looked at is the third.
const PURCHASES: Story = { before: (shop, who) => twice(() => shop.buy(who)), claim: 3, settle: 3 };
const byOthers = (shared: (who: Who) => Partial<Who>, settle: number | null = 3): Story => ({
  before: (shop, who) => twice(() => shop.buy(other(who, shared(who)))),
  ...{ claim: 3, settle },
});
const DECLINES: Story = { before: (shop, who) => twice(() => shop.decline(who)), claim: 2, settle: 2 };
const declinesOfOthers = (shared: (who: Who) => Partial<Who>): Story => ({
  before: (shop, who) => twice(() => shop.decline(other(who, shared(who)))),
  ...{ claim: 2, settle: 2 },
});
const SHARE: Story = {
  before: async (shop, who) => {
    for (const _ of [1, 2, 3, 4]) await shop.decline(who);
    await shop.pay(who);
  },
  // Four of five; then four of six.
  ...{ claim: 80, settle: 400 / 6 },
};
// The purchase itself is paid with a third card.
const cards = (shared: (who: Who) => Partial<Who>): Story => ({
  before: (shop, who) => twice(() => shop.decline(other(who, shared(who)))),
  ...{ claim: 2, settle: 3 },
});
// Known of the card and of what was bought before: not before there is money.
const oncePaid = (story: Partial<Story>): Story => ({ claim: null, settle: 1, ...story });
// Accounts of a day, not a millisecond more, that bought for the first time: two, and the one that is looked at.
const newcomers = (shared: (who: Who) => Partial<Who>): Story =>
  oncePaid({ age: 24, before: (shop, who) => twice(() => shop.pay(other(who, shared(who)))), settle: 3 });
const spent = (credits: bigint, settle: number): Story =>
  oncePaid({
    before: async (shop, who) => {
      await shop.pay(who);
      await shop.spend(who, credits);
    },
    settle,
  });
const ENDLESS = { reason: 'as the test wants it' };

/** By the name of the signal. */
export const STORIES: Readonly<Record<string, Story>> = {
  user_purchases_10m: PURCHASES,
  user_purchases_1h: PURCHASES,
  user_purchases_1d: PURCHASES,
  user_credits_1d: { ...PURCHASES, claim: 150, settle: 150 },
  device_purchases_1h: byOthers(({ device }) => ({ device })),
  device_purchases_1d: byOthers(({ device }) => ({ device })),
  address_purchases_10m: byOthers(({ address }) => ({ address })),
  address_purchases_1h: byOthers(({ address }) => ({ address })),
  card_purchases_1d: oncePaid({
    ...declinesOfOthers(({ card: same }) => ({ card: same })),
    claim: null,
    settle: 3,
  }),
  country_purchases_10m: byOthers(({ country }) => ({ country }), null),
  amount_purchases_10m: byOthers(() => ({}), null),
  user_declines_1h: DECLINES,
  user_declines_1d: DECLINES,
  // The payment went well.
  user_declines_in_row: { ...DECLINES, settle: 0 },
  device_declines_1h: declinesOfOthers(({ device }) => ({ device })),
  address_declines_1h: declinesOfOthers(({ address }) => ({ address })),
  card_declines_1d: oncePaid({ ...declinesOfOthers(({ card: same }) => ({ card: same })), claim: null }),
  user_decline_share_1d: SHARE,
  address_decline_share_1h: SHARE,
  user_cards_1d: cards(({ user }) => ({ user })),
  device_cards_1d: cards(({ device }) => ({ device })),
  address_cards_1d: cards(({ address }) => ({ address })),
  device_users_1d: byOthers(({ device }) => ({ device })),
  device_users_7d: byOthers(({ device }) => ({ device })),
  address_users_1h: byOthers(({ address }) => ({ address })),
  card_users_7d: oncePaid({
    ...declinesOfOthers(({ card: same }) => ({ card: same })),
    claim: null,
    settle: 3,
  }),
  account_age_hours: { age: 5, claim: 5, settle: 5 },
  is_first_purchase: { claim: 1, settle: 1 },
  is_cheapest_package: { claim: 1, settle: 1 },
  country_mismatch: oncePaid({ card: { country: 'US' } }),
  user_disputes: { before: (shop, who) => shop.trouble(who, 'dispute'), claim: 1, settle: 1 },
  user_warnings: { before: (shop, who) => shop.trouble(who, 'warning'), claim: 1, settle: 1 },
  card_prepaid: oncePaid({ card: { funding: 'prepaid' } }),
  cvc_failed: oncePaid({ card: { cvcCheck: 'fail' } }),
  postal_failed: oncePaid({ card: { postalCheck: 'fail' } }),
  provider_risk: oncePaid({ card: { riskLevel: 'highest' }, settle: 2 }),
  three_d_secure_passed: oncePaid({ card: { isThreeDSecurePassed: true } }),
  blocked_subject: {
    before: ({ lists }, { user }) =>
      addToBlocklist(lists, { id: 'sup_1', role: 'support' }, { kind: 'user', value: user, ...ENDLESS }),
    ...{ claim: 1, settle: 1 },
  },
  allowed_subject: {
    before: ({ lists }, { user }) =>
      addToAllowlist(lists, { id: 'sup_1', role: 'support' }, { kind: 'user', value: user, ...ENDLESS }),
    ...{ claim: 1, settle: 1 },
  },
  attack: {
    before: ({ risk }) =>
      risk.rows(
        `insert into risk_attacks (started_at, sign, seen, usual_most) values (instant(), 'declines', 20, 10)`,
      ),
    ...{ claim: 1, settle: 1 },
  },
  device_troubles: {
    before: (shop, who) => shop.trouble(other(who, { device: who.device }), 'rejection'),
    ...{ claim: 1, settle: 1 },
  },
  card_troubles: oncePaid({
    before: (shop, who) => shop.trouble(other(who, { card: who.card }), 'rejection'),
  }),
  // Of 50 credits that were bought.
  spent_at_once: spent(20n, 40),
  device_newcomers_7d: newcomers(({ device }) => ({ device })),
  card_newcomers_7d: newcomers(({ card: same }) => ({ card: same })),
  address_newcomers_3h: newcomers(({ address }) => ({ address })),
  disposable_email: oncePaid({ emailDomain: 'mailinator.com' }),
  // The purchase is one at the cheapest price, and half of the one before is spent.
  user_at_stake_7d: spent(25n, 1.5),
};
