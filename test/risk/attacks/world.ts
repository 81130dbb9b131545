// Names and things that both honest payers and attackers draw from.
import { PARAMETERS } from './parameters';
import type { Card, Payer, Purchase, Try, Verdict } from './purchase';
import type { Random } from './random';

const COUNTRIES = { US: 0.4, GB: 0.15, DE: 0.15, IN: 0.1, FR: 0.08, BR: 0.05, NG: 0.04, ID: 0.03 } as const;
const DOMAINS = { 'gmail.com': 0.6, 'outlook.com': 0.2, 'yahoo.com': 0.1, 'proton.me': 0.1 } as const;
const DISPOSABLE = ['mailinator.com', 'guerrillamail.com', 'yopmail.com'] as const;

export const DAY_MS = 86_400_000;
export const STORY_MS = PARAMETERS.days * DAY_MS;

export type Country = keyof typeof COUNTRIES;

/** Makes things that are in no other hand of the story. */
export interface World {
  readonly random: Random;
  country(): Country;
  otherCountry(than: string): Country;
  domain(): string;
  /** Of mail that is thrown away. @param listed how often it is one that everybody knows */
  disposableDomain(listed: number): string;
  user(): string;
  device(): string;
  /** Of 2^20 networks, so that strangers share one by chance now and then. */
  address(): string;
  /** An address of one's own, or the end of a tunnel that others go through as well. @param tunnel how often that */
  addressOr(tunnel: number): string;
  readonly tunnels: readonly string[];
  card(country: string, prepaid: number): Card;
}

export function worldOf(random: Random): World {
  let made = 0;
  const next = (kind: string) => `${kind}_${++made}`;
  const country = () => random.weighted(COUNTRIES);
  const address = () =>
    `${16 + random.below(16)}.${random.below(256)}.${random.below(256)}.${1 + random.below(254)}`;
  const tunnels = Array.from({ length: PARAMETERS.honest.tunnelAddresses }, address);
  return {
    random,
    country,
    otherCountry: (than) => {
      for (;;) {
        const other = country();
        if (other !== than) return other;
      }
    },
    domain: () => random.weighted(DOMAINS),
    disposableDomain: (listed) =>
      random.chance(listed) ? random.pick(DISPOSABLE) : `${next('mail')}.example`,
    user: () => next('user'),
    device: () => next('device'),
    address,
    addressOr: (tunnel) => (random.chance(tunnel) ? random.pick(tunnels) : address()),
    tunnels,
    card: (of, prepaid) => ({
      fingerprint: next('card'),
      country: of,
      funding: random.chance(prepaid) ? 'prepaid' : random.chance(0.5) ? 'credit' : 'debit',
    }),
  };
}

/** @param shares how often each check goes wrong */
export const verdict = (
  random: Random,
  shares: { readonly cvcFails: number; readonly postalFails: number; readonly elevated: number },
): Verdict => ({
  cvcCheck: random.chance(shares.cvcFails) ? 'fail' : 'pass',
  postalCheck: random.chance(shares.postalFails) ? 'fail' : 'pass',
  riskLevel: random.chance(shares.elevated) ? 'elevated' : 'normal',
});

export const priceOf = (packageId: string): number => {
  const sold = PARAMETERS.packages.find(({ id }) => id === packageId);
  if (!sold) throw new Error(`No such package: ${packageId}`);
  return sold.cents;
};

/** Somebody who makes several purchases. */
export interface Person extends Payer {
  readonly card: Card;
}

export const payerOf = ({ card: _, ...payer }: Person): Payer => payer;

export const paid = (card: Card, said: Verdict): Try => ({ card, decline: null, ...said });
export const declined = (card: Card, decline: string, said: Verdict): Try => ({ card, decline, ...said });

export const inStory = ({ at }: Purchase): boolean => at >= 0 && at < STORY_MS;
