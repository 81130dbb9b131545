// What attackers and honest payers of the generated stories do. Written before the rules in src/risk/default-rules.json were tuned,
// from what has been published; where nothing is, the figure says that it is assumed. A rule is changed there, never a figure here
// because of a rule.
//
// [1] https://github.com/BrianHenryIE/bh-wc-checkout-rate-limiter/issues/26: 1,674 orders from one address in 60 minutes, through a
//     captcha. [2] https://www.b4x.com/android/forum/threads/128207: 94 tries in one minute, 158 in the next, the cheapest amount.
// [3] https://github.com/woocommerce/woocommerce-gateway-stripe/issues/918: ten thousand fresh accounts. [4] a vendor's case,
//     ipasis.com: an address for each request, 99.8 % proxies. [5] piotrmierzejewski.com: behind a sign-in, by hand, at most four
//     cards a minute, all prepaid and of one issuer, found by the share of declines alone. [6] payflux docs: declines go from 5 %
//     to 90 % of the tries, `incorrect_cvc` in clusters, the cheapest item. [7] https://shiftprocessing.com/chargeback-statistics:
//     0.6 % of payments end as a chargeback. [8] https://firewalltimes.com/chargeback-statistics: 40 to 80 % of them are the
//     cardholder's own purchase; a quarter says that nothing arrived. [9] https://docs.stripe.com/disputes/how-disputes-work: four
//     in five early fraud warnings become a dispute. [10] https://support.codementor.io, "Can I get a refund for my remaining
//     credits?": of prepaid credits what is left is given back, of 100 dollars of which 50 were used 50.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Shares are of one; times in milliseconds, as [least, most]; prices in cents. */
export const PARAMETERS = {
  days: 14,

  packages: [
    { id: 'starter', cents: 500, credits: 50 },
    { id: 'standard', cents: 2_000, credits: 220 },
    { id: 'large', cents: 10_000, credits: 1_200 },
  ],

  honest: {
    purchases: 5_000,
    // Of purchases; assumed. What a gateway takes for an attack most easily is here more often than in most shops.
    ways: {
      single: 0.62,
      family: 0.12,
      office: 0.08,
      heavy: 0.06,
      traveller: 0.05,
      carrier: 0.04,
      tunnel: 0.03,
    },
    packages: { starter: 0.55, standard: 0.35, large: 0.1 },
    purchasesEach: [1, 4],
    heavyPurchases: [8, 25],
    heavyGap: [20 * MINUTE, 14 * HOUR],
    gap: [10 * HOUR, 6 * DAY],
    family: [2, 4],
    familyShares: { card: 0.7, device: 0.5 },
    office: [10, 60],
    // Phones behind one address of their carrier; who goes through a tunnel shares its end with others.
    carrierAddresses: 6,
    tunnelAddresses: 12,
    // Fingerprints are not unique: two phones of one model may have the same.
    collidingDevices: 0.02,
    noDevice: 0.05,
    // Who signs up in order to buy.
    newcomers: 0.45,
    newcomerAge: [MINUTE, 3 * HOUR],
    age: [DAY, 700 * DAY],
    // [6] says five in a hundred in all; wrong digits are the more innocent half of them.
    mistypes: 0.025,
    mistypedTries: [1, 3],
    declined: 0.03,
    retriesAfterDecline: 0.7,
    // Some try again in the purchase that is open, others begin a new one.
    retriesAnew: 0.35,
    otherCard: 0.5,
    prepaid: 0.05,
    // `fail` on a payment that went through; assumed.
    cvcFails: 0.002,
    postalFails: 0.03,
    elevated: 0.004,
    passesChallenge: 0.95,
    disputes: 0.001,
    spendsAtOnce: 0.15,
    // Assumed: some want no advertising, some ask for their money back and mean it.
    disposableDomain: 0.005,
    asksForRefund: 0.005,
    asksAfter: [HOUR, 5 * DAY],
  },

  // The shop gives back what is left of the credits [10]. One in four is believed who says that nothing came though all was spent,
  // and gets all of it; assumed.
  shop: { believes: 0.25 },

  cardTesting: {
    tries: 2_000,
    cards: 300,
    devices: 40,
    // Half of the bursts come from one address [1], half from a new one for each purchase [4].
    bursts: 4,
    burstTries: 350,
    burstDevices: 6,
    perMinute: [94, 158], // [2]
    burstAge: [MINUTE, 30 * MINUTE], // [3]
    triesEachAccount: 6,
    // Bought or made beforehand, behind a sign-in [5].
    slowGap: [4 * MINUTE, 25 * MINUTE],
    slowAge: [DAY, 10 * DAY],
    slowTriesEachAccount: 4,
    triesEachPurchase: { 1: 0.6, 2: 0.2, 3: 0.1, 4: 0.1 },
    accepted: 0.1, // [6]
    declines: {
      incorrect_cvc: 0.4,
      generic_decline: 0.25,
      do_not_honor: 0.1,
      expired_card: 0.1,
      stolen_card: 0.1,
      insufficient_funds: 0.05,
    },
    prepaid: 0.4, // [5] all, elsewhere few
    oneIssuersCountry: 0.7,
    // Assumed: the model of a provider stops the worst by itself.
    elevated: 0.2,
    cvcFails: 0.1,
    postalFails: 0.3,
    passesChallenge: 0.05,
    // A card that works then buys what can be resold; assumed.
    cashedOut: 0.25,
    cashedAfter: [5 * MINUTE, HOUR],
    // The true holder notices; [9].
    warned: 0.4,
    warnedAfter: [DAY, 6 * DAY],
    disputed: 0.6,
    disputedAfter: [4 * DAY, 30 * DAY],
  },

  // Assumed: a person with a few devices, cards and lines, and as many accounts as there is a bonus for. The money is his own.
  farming: {
    farms: 5,
    accounts: 30,
    devices: 3,
    hiddenDevice: 0.3,
    addresses: 4,
    cards: 4,
    newCard: 0.1,
    prepaid: 0.5,
    sessions: 3,
    gap: [2 * MINUTE, 15 * MINUTE],
    age: [MINUTE, 6 * HOUR],
    disposableDomain: 0.4,
    // Of those: on the lists that everybody has. New ones are made faster than lists; assumed.
    listedDomain: 0.7,
    // Of addresses: the end of a tunnel that honest payers go through as well [4].
    tunnel: 0.25,
    packageId: 'standard',
    declined: 0.05,
    passesChallenge: 0.95,
    spentAfter: [2 * MINUTE, 30 * MINUTE],
  },

  // [7] of 5,000 are thirty chargebacks; [8] a quarter says that nothing came, and who was believed once comes again.
  refundAbuse: {
    people: 12,
    accounts: [2, 3],
    purchasesEachAccount: [2, 3],
    gap: [2 * HOUR, 3 * DAY],
    age: [10 * MINUTE, 2 * DAY],
    sameDevice: 0.8,
    cards: 2,
    packages: { starter: 0, standard: 0.6, large: 0.4 },
    spentAfter: [2 * MINUTE, 50 * MINUTE],
    claimedAfter: [6 * HOUR, 3 * DAY],
    // Half asks the shop, half the bank; half of those whom the shop refuses go to the bank then. Assumed.
    disputes: 0.5,
    disputesRefusal: 0.5,
    disputesRefusalAfter: [DAY, 5 * DAY],
    tunnel: 0.25,
    passesChallenge: 0.95,
  },

  // [7] and [8]: 60 % of thirty, two of a person. Until the bank says so, they look like anybody.
  friendlyFraud: {
    people: 9,
    purchases: 2,
    gap: [DAY, 4 * DAY],
    disputedAfter: [5 * DAY, 40 * DAY],
    warned: 0.3,
    warnedAfter: [2 * DAY, 6 * DAY],
    passesChallenge: 0.95,
    spentAfter: [10 * MINUTE, 2 * DAY],
  },
} as const;

/**
 * The stories for which rules were tuned, and those that nobody had played when the last rule was written. The numbers of the latter
 * were chosen before that: the first prime from each thousand on, six to ten of them.
 */
export const SEEDS = {
  tuning: [11, 12, 13, 21, 22, 23, 24, 25, 26, 27, 28, 29],
  judged: [6007, 7001, 8009, 9001, 10_007],
} as const;
