// Five thousand purchases of people who mean no harm, many of whom look as if they did.
import { PARAMETERS } from './parameters';
import type { Card, HonestWay, Later, Purchase, Try } from './purchase';
import {
  DAY_MS,
  declined,
  inStory,
  type Person,
  paid,
  payerOf,
  priceOf,
  STORY_MS,
  verdict,
  type World,
} from './world';

const HONEST = PARAMETERS.honest;
// Nights are quiet: so many of 24 hours have so much of the trade. Assumed.
const HOURS = [1, 1, 1, 1, 1, 2, 3, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 7, 8, 8, 7, 5, 3, 2];
const RETRY_MS = [20_000, 180_000] as const;

/** Exactly as many as the parameters say, in no order. */
export function honestPurchases(world: World): Purchase[] {
  const shared = sharedThings(world);
  return (Object.keys(HONEST.ways) as HonestWay[]).flatMap((way) => {
    const wanted = Math.round(HONEST.purchases * HONEST.ways[way]);
    const made: Purchase[] = [];
    while (made.length < wanted)
      for (const person of groupOf(world, way, shared)) made.push(...purchasesOf(world, way, person));
    return made.slice(0, wanted);
  });
}

interface Shared {
  readonly carriers: readonly string[];
  readonly devices: readonly string[];
}

const sharedThings = (world: World): Shared => ({
  carriers: Array.from({ length: HONEST.carrierAddresses }, () => world.address()),
  devices: Array.from({ length: 20 }, () => world.device()),
});

/** People who share what their way says: one, a household, an office. */
function groupOf(world: World, way: HonestWay, shared: Shared): Person[] {
  const { random } = world;
  const home = world.country();
  const one = personOf(world, home, shared);
  switch (way) {
    case 'single':
    case 'heavy':
    case 'traveller':
      return [one];
    case 'carrier':
      return [{ ...one, address: random.pick(shared.carriers) }];
    case 'tunnel':
      return [{ ...one, address: random.pick(world.tunnels), country: world.otherCountry(home) }];
    case 'family':
      return Array.from({ length: random.between(HONEST.family) }, () => ({
        ...personOf(world, home, shared),
        address: one.address,
        ...(random.chance(HONEST.familyShares.card) && { card: one.card }),
        ...(random.chance(HONEST.familyShares.device) && { device: one.device }),
      }));
    case 'office':
      return Array.from({ length: random.between(HONEST.office) }, () => ({
        ...personOf(world, home, shared),
        address: one.address,
      }));
  }
}

function personOf(world: World, home: string, shared: Shared): Person {
  const { random } = world;
  const device = random.chance(HONEST.collidingDevices) ? random.pick(shared.devices) : world.device();
  return {
    userId: world.user(),
    // Set anew for who signs up within the story.
    accountCreatedAt: -random.between(HONEST.age),
    device: random.chance(HONEST.noDevice) ? null : device,
    address: world.address(),
    country: home,
    emailDomain: random.chance(HONEST.disposableDomain) ? world.disposableDomain(1) : world.domain(),
    card: world.card(home, HONEST.prepaid),
  };
}

function purchasesOf(world: World, way: HonestWay, person: Person): Purchase[] {
  const { random } = world;
  const isHeavy = way === 'heavy';
  const count = random.between(isHeavy ? HONEST.heavyPurchases : HONEST.purchasesEach);
  let at = momentOf(world);
  const { accountCreatedAt } = random.chance(HONEST.newcomers)
    ? { accountCreatedAt: at - random.between(HONEST.newcomerAge) }
    : person;
  return Array.from({ length: count }, () => {
    const away = way === 'traveller' && random.chance(0.7);
    const buyer: Person = {
      ...person,
      accountCreatedAt,
      ...(away && { address: world.address(), country: world.otherCountry(person.country) }),
    };
    const made = onePurchase(world, way, buyer, at);
    at += random.between(isHeavy ? HONEST.heavyGap : HONEST.gap);
    return made;
  })
    .flat()
    .filter(inStory);
}

const momentOf = ({ random }: World): number => {
  const hour = Number(random.weighted(Object.fromEntries(HOURS.map((weight, at) => [at, weight]))));
  return random.below(PARAMETERS.days) * DAY_MS + hour * 3_600_000 + random.below(3_600_000);
};

/** With what went wrong before it was paid; who begins anew after a decline makes two. */
function onePurchase(world: World, way: HonestWay, person: Person, at: number): Purchase[] {
  const { random } = world;
  const packageId = random.weighted(HONEST.packages);
  const failed = failedTries(world, person.card);
  const isGivenUp = failed.length > 0 && !random.chance(HONEST.retriesAfterDecline);
  const card = failed.length > 0 && random.chance(HONEST.otherCard) ? otherCard(world, person) : person.card;
  const last = isGivenUp ? [] : [paid(card, verdict(random, HONEST))];
  const purchase = (tries: readonly Try[], when: number): Purchase => ({
    ...{ at: when, kind: way, payer: payerOf(person), packageId, cents: priceOf(packageId), tries },
    passesChallenge: random.chance(HONEST.passesChallenge),
    spentAfter: random.chance(HONEST.spendsAtOnce) ? random.between([120_000, 3_500_000]) : null,
    later: laterOf(world),
  });
  const anew = failed.length > 0 && last.length > 0 && random.chance(HONEST.retriesAnew);
  return anew
    ? [purchase(failed, at), purchase(last, at + random.between(RETRY_MS))]
    : [purchase([...failed, ...last], at)];
}

function failedTries(world: World, card: Card): Try[] {
  const { random } = world;
  const said = () => verdict(random, HONEST);
  if (random.chance(HONEST.mistypes))
    return Array.from({ length: random.between(HONEST.mistypedTries) }, () =>
      declined(card, 'incorrect_cvc', { ...said(), cvcCheck: 'fail' }),
    );
  if (!random.chance(HONEST.declined)) return [];
  return [declined(card, random.pick(['insufficient_funds', 'generic_decline', 'do_not_honor']), said())];
}

const otherCard = (world: World, { card }: Person): Card => world.card(card.country, HONEST.prepaid);

const laterOf = ({ random }: World): Later[] => [
  ...(random.chance(HONEST.disputes)
    ? [
        {
          news: 'dispute' as const,
          after: random.between([2 * DAY_MS, STORY_MS]),
          reason: 'product_not_received' as const,
        },
      ]
    : []),
  ...(random.chance(HONEST.asksForRefund)
    ? [
        {
          news: 'refund' as const,
          after: random.between(HONEST.asksAfter),
          isBelieved: random.chance(PARAMETERS.shop.believes),
        },
      ]
    : []),
];
