// People who pay with money of their own and want it back, or want a bonus more often than once.
import { PARAMETERS } from './parameters';
import type { Card, Later, Purchase, Verdict } from './purchase';
import { declined, inStory, paid, priceOf, STORY_MS, type World } from './world';

const {
  farming: FARMING,
  refundAbuse: ABUSE,
  friendlyFraud: FRIENDLY,
  honest: HONEST,
  shop: SHOP,
} = PARAMETERS;
const UNSUSPECTED: Verdict = { cvcCheck: 'pass', postalCheck: 'pass', riskLevel: 'normal' };

/** One person, many accounts, a bonus for each. */
export function farmersPurchases(world: World): Purchase[] {
  return Array.from({ length: FARMING.farms }, () => farm(world))
    .flat()
    .filter(inStory);
}

function farm(world: World): Purchase[] {
  const { random } = world;
  const country = world.country();
  const card = () => world.card(country, FARMING.prepaid);
  const devices = Array.from({ length: FARMING.devices }, () => world.device());
  const addresses = Array.from({ length: FARMING.addresses }, () => world.addressOr(FARMING.tunnel));
  const cards = Array.from({ length: FARMING.cards }, card);
  const eachSession = FARMING.accounts / FARMING.sessions;
  let at = 0;
  return Array.from({ length: FARMING.accounts }, (_, nth) => {
    at = nth % eachSession === 0 ? random.below(STORY_MS - 14_400_000) : at + random.between(FARMING.gap);
    const mine = random.chance(FARMING.newCard) ? card() : random.pick(cards);
    return {
      ...{ at, kind: 'farming' as const, packageId: FARMING.packageId, cents: priceOf(FARMING.packageId) },
      payer: {
        userId: world.user(),
        accountCreatedAt: at - random.between(FARMING.age),
        device: random.chance(FARMING.hiddenDevice) ? world.device() : random.pick(devices),
        address: random.pick(addresses),
        country,
        emailDomain: random.chance(FARMING.disposableDomain)
          ? world.disposableDomain(FARMING.listedDomain)
          : world.domain(),
      },
      tries: [
        ...(random.chance(FARMING.declined) ? [declined(mine, 'insufficient_funds', UNSUSPECTED)] : []),
        paid(mine, UNSUSPECTED),
      ],
      passesChallenge: random.chance(FARMING.passesChallenge),
      spentAfter: random.between(FARMING.spentAfter),
      later: [],
    };
  });
}

/** Buys, uses it up, says that nothing came, and comes again. */
export function refundAbusersPurchases(world: World): Purchase[] {
  return Array.from({ length: ABUSE.people }, () => refundAbuser(world))
    .flat()
    .filter(inStory);
}

function refundAbuser(world: World): Purchase[] {
  const { random } = world;
  const country = world.country();
  const [device, address] = [world.device(), world.addressOr(ABUSE.tunnel)];
  const cards: Card[] = Array.from({ length: ABUSE.cards }, () => world.card(country, HONEST.prepaid));
  let at = random.below(STORY_MS / 2);
  return Array.from({ length: random.between(ABUSE.accounts) }, () => {
    const payer = {
      userId: world.user(),
      accountCreatedAt: at - random.between(ABUSE.age),
      device: random.chance(ABUSE.sameDevice) ? device : world.device(),
      ...{ address, country, emailDomain: world.domain() },
    };
    return Array.from({ length: random.between(ABUSE.purchasesEachAccount) }, () => {
      const packageId = random.weighted(ABUSE.packages);
      const purchase: Purchase = {
        ...{ at, kind: 'refund abuse', payer, packageId, cents: priceOf(packageId) },
        tries: [paid(random.pick(cards), UNSUSPECTED)],
        passesChallenge: random.chance(ABUSE.passesChallenge),
        spentAfter: random.between(ABUSE.spentAfter),
        later: claimOf(world),
      };
      at += random.between(ABUSE.gap);
      return purchase;
    });
  }).flat();
}

/** From the bank, or from the shop and then perhaps from the bank. */
function claimOf({ random }: World): Later[] {
  const after = random.between(ABUSE.claimedAfter);
  const dispute = { news: 'dispute', reason: 'product_not_received' } as const;
  if (random.chance(ABUSE.disputes)) return [{ ...dispute, after }];
  const asks: Later = { news: 'refund', after, isBelieved: random.chance(SHOP.believes) };
  const goesOn = random.chance(ABUSE.disputesRefusal);
  const later = after + random.between(ABUSE.disputesRefusalAfter);
  return goesOn ? [asks, { ...dispute, after: later, isOfRefused: true }] : [asks];
}

/** Customers like any other, who tell their bank weeks later that it was not they. */
export function friendlyPurchases(world: World): Purchase[] {
  return Array.from({ length: FRIENDLY.people }, () => friendly(world))
    .flat()
    .filter(inStory);
}

function friendly(world: World): Purchase[] {
  const { random } = world;
  const country = world.country();
  const payer = {
    userId: world.user(),
    accountCreatedAt: -random.between(HONEST.age),
    ...{ device: world.device(), address: world.address(), country, emailDomain: world.domain() },
  };
  const card = world.card(country, HONEST.prepaid);
  const begin = random.below(STORY_MS - 4 * 86_400_000);
  return Array.from({ length: FRIENDLY.purchases }, (_, nth) => {
    const packageId = random.weighted(HONEST.packages);
    return {
      at: begin + nth * random.between(FRIENDLY.gap),
      kind: 'friendly fraud' as const,
      ...{ payer, packageId, cents: priceOf(packageId), tries: [paid(card, UNSUSPECTED)] },
      passesChallenge: random.chance(FRIENDLY.passesChallenge),
      spentAfter: random.between(FRIENDLY.spentAfter),
      later: [
        {
          news: 'dispute' as const,
          after: random.between(FRIENDLY.disputedAfter),
          reason: 'fraudulent' as const,
        },
        ...(random.chance(FRIENDLY.warned)
          ? [{ news: 'warning' as const, after: random.between(FRIENDLY.warnedAfter) }]
          : []),
      ],
    };
  });
}
