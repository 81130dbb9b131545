// Stolen numbers, tried until one works: in bursts by a programme, slowly by hand, and what works is turned into credits.
import { PARAMETERS } from './parameters';
import type { Attack, Card, Later, Payer, Purchase, Try } from './purchase';
import type { Random } from './random';
import { declined, inStory, paid, payerOf, priceOf, STORY_MS, verdict, type World } from './world';

const TESTING = PARAMETERS.cardTesting;
const CHEAPEST = 'starter';
const LARGEST = 'large';

export function testersPurchases(world: World): Purchase[] {
  const { random } = world;
  const stolen = Array.from({ length: TESTING.cards }, () =>
    world.card(random.chance(TESTING.oneIssuersCountry) ? 'US' : world.country(), TESTING.prepaid),
  );
  const heap = shuffledTries(random, stolen);
  const tested = [
    ...Array.from({ length: TESTING.bursts }, (_, nth) =>
      burst(world, heap.splice(0, TESTING.burstTries), nth % 2 === 0),
    ).flat(),
    ...slowly(world, heap),
  ].filter(inStory);
  return [...tested, ...cashedOut(world, tested)];
}

/** Each card as often as the others, in any order; once it has worked it is not tried again. */
function shuffledTries(random: Random, stolen: readonly Card[]): Try[] {
  const worked = new Set<Card>();
  return Array.from({ length: TESTING.tries }, () => {
    const fresh = stolen.filter((card) => !worked.has(card));
    const card = random.pick(fresh);
    const said = verdict(random, TESTING);
    if (random.chance(TESTING.accepted)) {
      worked.add(card);
      return paid(card, said);
    }
    const decline = random.weighted(TESTING.declines);
    return declined(card, decline, {
      ...said,
      cvcCheck: decline === 'incorrect_cvc' ? 'fail' : said.cvcCheck,
    });
  });
}

/** Several tries in one purchase; a card that works ends it. */
function inPurchases(random: Random, tries: readonly Try[]): Try[][] {
  const purchases: Try[][] = [];
  let room = 0;
  for (const one of tries) {
    if (room <= 0 || purchases.at(-1)?.at(-1)?.decline === null) {
      room = Number(random.weighted(TESTING.triesEachPurchase));
      purchases.push([]);
    }
    purchases.at(-1)?.push(one);
    room--;
  }
  return purchases;
}

function burst(world: World, tries: readonly Try[], fromOneAddress: boolean): Purchase[] {
  const { random } = world;
  const devices = Array.from({ length: TESTING.burstDevices }, () => world.device());
  const [address, country] = [world.address(), world.country()];
  const gap = 60_000 / random.between(TESTING.perMinute);
  let at = random.below(STORY_MS - 3_600_000);
  let account = { left: 0, userId: '', accountCreatedAt: 0, device: '', emailDomain: '' };
  return inPurchases(random, tries).map((made) => {
    if (account.left <= 0)
      account = {
        left: TESTING.triesEachAccount,
        userId: world.user(),
        accountCreatedAt: at - random.between(TESTING.burstAge),
        device: random.pick(devices),
        emailDomain: world.domain(),
      };
    account.left -= made.length;
    const { left: _, ...who } = account;
    const where = fromOneAddress
      ? { address, country }
      : { address: world.address(), country: world.country() };
    const purchase = testing(random, 'testing in bursts', { ...who, ...where }, made, Math.floor(at));
    at += gap * made.length;
    return purchase;
  });
}

/** Each device is one person at work, at different hours of different days. */
function slowly(world: World, tries: Try[]): Purchase[] {
  const { random } = world;
  const people = TESTING.devices - TESTING.bursts * TESTING.burstDevices;
  const each = Math.ceil(tries.length / people);
  return Array.from({ length: people }, () => {
    const device = world.device();
    const [address, country] = [world.address(), world.country()];
    let at = random.below(STORY_MS - 86_400_000);
    let account = { left: 0, userId: '', accountCreatedAt: 0, emailDomain: '' };
    return inPurchases(random, tries.splice(0, each)).map((made) => {
      if (account.left <= 0)
        account = {
          left: TESTING.slowTriesEachAccount,
          userId: world.user(),
          accountCreatedAt: at - random.between(TESTING.slowAge),
          emailDomain: world.domain(),
        };
      account.left -= made.length;
      const { left: _, ...who } = account;
      const purchase = testing(random, 'testing slowly', { ...who, device, address, country }, made, at);
      at += random.between(TESTING.slowGap) * made.length;
      return purchase;
    });
  }).flat();
}

const testing = (
  random: Random,
  kind: Attack,
  payer: Payer,
  tries: readonly Try[],
  at: number,
): Purchase => ({
  ...{ at, kind, payer, packageId: CHEAPEST, cents: priceOf(CHEAPEST), tries },
  passesChallenge: random.chance(TESTING.passesChallenge),
  // Whether the card works was all that was to be known.
  spentAfter: null,
  later: holderNotices(random),
});

/** By a new account on the device that found the card, for what can be resold. */
function cashedOut(world: World, tested: readonly Purchase[]): Purchase[] {
  const { random } = world;
  return tested.flatMap((test) => {
    const last = test.tries.at(-1);
    if (!last || last.decline !== null || !random.chance(TESTING.cashedOut)) return [];
    const at = test.at + random.between(TESTING.cashedAfter);
    return [
      {
        ...{ at, kind: 'cashing out' as const, packageId: LARGEST, cents: priceOf(LARGEST) },
        payer: {
          ...payerOf({ ...test.payer, card: last.card }),
          userId: world.user(),
          accountCreatedAt: at - random.between(TESTING.burstAge),
          emailDomain: world.domain(),
        },
        tries: [paid(last.card, verdict(random, TESTING))],
        passesChallenge: random.chance(TESTING.passesChallenge),
        spentAfter: random.between([60_000, 900_000]),
        later: holderNotices(random),
      },
    ];
  });
}

const holderNotices = (random: Random): Later[] => [
  ...(random.chance(TESTING.warned)
    ? [{ news: 'warning' as const, after: random.between(TESTING.warnedAfter) }]
    : []),
  ...(random.chance(TESTING.disputed)
    ? [
        {
          news: 'dispute' as const,
          after: random.between(TESTING.disputedAfter),
          reason: 'fraudulent' as const,
        },
      ]
    : []),
];
