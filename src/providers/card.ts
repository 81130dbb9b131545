// What a provider says about the card of a payment, in words that are no provider's. Judging it is the business of others.
import { z } from 'zod';
import { isStorable } from '../kernel/text';

/** Each is null where the provider does not say. */
export interface ProviderCard {
  /** The same for the same card number within our account, whoever pays with it. */
  readonly fingerprint: string | null;
  /** Where it was issued: ISO 3166-1, two upper-case letters. */
  readonly country: string | null;
  /** A country in which it was certainly not issued, where the provider says no more than that. */
  readonly foreignTo: string | null;
  readonly funding: 'credit' | 'debit' | 'prepaid' | null;
  /** Of the digits on its back. A payment may succeed although they are wrong. */
  readonly cvcCheck: CardCheck | null;
  /** Of the postal code that the payer entered. */
  readonly postalCheck: CardCheck | null;
  /** How likely the provider itself holds a fraud. */
  readonly riskLevel: 'normal' | 'elevated' | 'highest' | null;
  /** Whether the card's bank confirmed its holder in this payment. */
  readonly isThreeDSecurePassed: boolean | null;
}

export type CardCheck = 'pass' | 'fail';

export const NO_CARD: ProviderCard = {
  fingerprint: null,
  country: null,
  foreignTo: null,
  funding: null,
  cvcCheck: null,
  postalCheck: null,
  riskLevel: null,
  isThreeDSecurePassed: null,
};

/** A value of the list, null for any other. */
export const oneOf = <const Values extends readonly string[]>(values: Values) =>
  z.enum(values).nullable().catch(null);

/** Longer than any fingerprint; what cannot be stored counts as not said. */
export const fingerprintText = z.string().min(1).max(255).refine(isStorable).nullable().catch(null);

export const countryCode = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .nullable()
  .catch(null);

/** Null when it says nothing at all. */
export const cardOrNull = (card: ProviderCard): ProviderCard | null =>
  Object.values(card).every((value) => value === null) ? null : card;
