// The signals that rules are made of, by number: a new one goes to the end, here and in `signal_number` of rules.sql, because
// stored decisions know them by their place. So the place of one that is gone stays empty.

export interface Signal {
  readonly name: string;
  /** What its figure is, with `{n}` for it; for yes and no without. */
  readonly words: string;
  /** Whether it is known before the purchase is made, or only once there is money. */
  readonly stage: 'claim' | 'settle';
}

const claim = (name: string, words: string): Signal => ({ name, words, stage: 'claim' });
const settle = (name: string, words: string): Signal => ({ name, words, stage: 'settle' });

/** By number: the first has number 1. Null: one that is gone. */
export const PLACES: readonly (Signal | null)[] = [
  claim('user_purchases_10m', '{n} purchases of the user in ten minutes'),
  claim('user_purchases_1h', '{n} purchases of the user in an hour'),
  claim('user_purchases_1d', '{n} purchases of the user in a day'),
  claim('user_credits_1d', '{n} credits bought by the user in a day'),
  claim('device_purchases_1h', '{n} purchases from the device in an hour'),
  claim('device_purchases_1d', '{n} purchases from the device in a day'),
  claim('address_purchases_10m', '{n} purchases from the network in ten minutes'),
  claim('address_purchases_1h', '{n} purchases from the network in an hour'),
  settle('card_purchases_1d', '{n} tries with the card in a day'),
  claim('country_purchases_10m', '{n} purchases from the country in ten minutes'),
  claim('amount_purchases_10m', '{n} purchases at the same price in ten minutes'),
  claim('user_declines_1h', '{n} declines of the user in an hour'),
  claim('user_declines_1d', '{n} declines of the user in a day'),
  claim('user_declines_in_row', '{n} declines of the user in a row'),
  claim('device_declines_1h', '{n} declines from the device in an hour'),
  claim('address_declines_1h', '{n} declines from the network in an hour'),
  settle('card_declines_1d', '{n} declines of the card in a day'),
  claim('user_decline_share_1d', '{n} % of the tries of the user declined in a day'),
  claim('address_decline_share_1h', '{n} % of the tries from the network declined in an hour'),
  claim('user_cards_1d', '{n} cards of the user in a day'),
  claim('device_cards_1d', '{n} cards from the device in a day'),
  claim('address_cards_1d', '{n} cards from the network in a day'),
  claim('device_users_1d', '{n} users of the device in a day'),
  claim('device_users_7d', '{n} users of the device in a week'),
  claim('address_users_1h', '{n} users in the network in an hour'),
  settle('card_users_7d', '{n} users of the card in a week'),
  claim('account_age_hours', 'an account that is {n} hours old'),
  claim('is_first_purchase', 'the first purchase of the user'),
  claim('is_cheapest_package', 'the cheapest package'),
  settle('country_mismatch', 'a card of another country than the address'),
  claim('user_disputes', '{n} disputes of the user'),
  claim('user_warnings', '{n} fraud warnings about the user'),
  settle('spent_at_once', '{n} % of what the user bought within a week is spent'),
  settle('card_prepaid', 'a prepaid card'),
  settle('cvc_failed', 'a wrong security code that the bank let through'),
  settle('postal_failed', 'a wrong postal code that the bank let through'),
  settle('provider_risk', 'the provider sees risk of level {n} of 2'),
  settle('three_d_secure_passed', 'the payer proved to the bank who it is'),
  null,
  claim('blocked_subject', 'on the blocklist'),
  claim('allowed_subject', 'on the allowlist'),
  claim('attack', 'the gateway is under attack'),
  null,
  claim('device_troubles', '{n} disputes, fraud warnings, refused reviews and refunds of the device'),
  settle('card_troubles', '{n} disputes, fraud warnings, refused reviews and refunds of the card'),
  settle('device_newcomers_7d', '{n} new accounts on the device in a week'),
  settle('card_newcomers_7d', '{n} new accounts with the card in a week'),
  settle('address_newcomers_3h', '{n} new accounts in the network in three hours'),
  settle('disposable_email', 'an address for mail that is thrown away'),
  settle(
    'user_at_stake_7d',
    '{n} times the cheapest price, of this purchase and of what was bought and spent in a week',
  ),
];

export const SIGNALS: readonly Signal[] = PLACES.filter((signal) => signal !== null);

/** By its number; null: there is none, or none any more. */
export const signalAt = (number: number): Signal | null => PLACES[number - 1] ?? null;
