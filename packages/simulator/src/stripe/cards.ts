// Stripe's test cards, as far as they say something about risk or decide what becomes of a payment, and what a charge shows of the card that paid it.
// Source: docs.stripe.com/testing, "Fraud prevention", "Cards by country".
import type { PlayedCard } from '../card';
import { hash } from '../ids';
import type { Effect } from '../outcomes';

interface TestCard extends Omit<PlayedCard, 'number'> {
  readonly token: string;
  readonly brand?: string;
  /** What becomes of a payment with it that would go through. */
  readonly effect?: Effect;
}

const TEST_CARDS: Readonly<Record<string, TestCard>> = {
  '4242424242424242': { token: 'pm_card_visa' },
  '4000000000000002': { token: 'pm_card_visa_chargeDeclined', effect: 'decline' },
  '4000000000009995': { token: 'pm_card_visa_chargeDeclinedInsufficientFunds', effect: 'declineFunds' },
  '4000002760003184': { token: 'pm_card_authenticationRequired', effect: 'requireAction' },
  '4000056655665556': { token: 'pm_card_visa_debit', funding: 'debit' },
  '5105105105105100': { token: 'pm_card_mastercard_prepaid', brand: 'mastercard', funding: 'prepaid' },
  '4000000760000002': { token: 'pm_card_br', country: 'BR' },
  '4000002760000016': { token: 'pm_card_de', country: 'DE' },
  '4000003560000008': { token: 'pm_card_in', country: 'IN' },
  '4000008260000000': { token: 'pm_card_gb', country: 'GB' },
  '4000000000009235': { token: 'pm_card_riskLevelElevated', riskLevel: 'elevated' },
  '4000000000004954': { token: 'pm_card_riskLevelHighest', riskLevel: 'highest' },
  '4100000000000019': { token: 'pm_card_radarBlock', riskLevel: 'highest', effect: 'block' },
  '4000000000000101': { token: 'pm_card_cvcCheckFail', cvcCheck: 'fail' },
  '4000000000000036': { token: 'pm_card_avsZipFail', postalCheck: 'fail' },
};

const numberOf = ({ number }: PlayedCard) =>
  Object.keys(TEST_CARDS).find((known) => TEST_CARDS[known]?.token === number) ?? number;

/** Null for a card that is not known for anything, and where none was named. */
const known = (played: PlayedCard): TestCard | null => TEST_CARDS[numberOf(played) ?? ''] ?? null;

export const isTestCard = (number: string): boolean => known({ number }) !== null;

/** What becomes of a payment with this card instead of `effect`. */
export const effectWith = (played: PlayedCard | null | undefined, effect: Effect): Effect =>
  (effect === 'capture' && played && known(played)?.effect) || effect;

/**
 * @param payer whose usual card it is, where nothing else is said: each payer has one of their own.
 * @param isAuthenticated the bank has confirmed its holder.
 */
export function cardDetails(played: PlayedCard | null | undefined, payer: string, isAuthenticated: boolean) {
  const card = { ...(played ? known(played) : null), ...defined(played ?? {}) };
  const number = played && numberOf(played);
  return {
    amount_authorized: null,
    authorization_code: null,
    brand: card.brand ?? 'visa',
    checks: {
      address_line1_check: null,
      address_postal_code_check: card.postalCheck ?? null,
      cvc_check: card.cvcCheck ?? 'pass',
    },
    country: card.country ?? 'US',
    electronic_commerce_indicator: isAuthenticated ? '05' : null,
    exp_month: 8,
    exp_year: 2030,
    extended_authorization: { status: 'disabled' },
    fingerprint: card.fingerprint ?? hash(`card ${number ?? `of ${payer}`}`).slice(0, 16),
    funding: card.funding ?? 'credit',
    incremental_authorization: { status: 'unavailable' },
    installments: null,
    last4: number?.startsWith('pm_') === false ? number.slice(-4) : '4242',
    mandate: null,
    multicapture: { status: 'unavailable' },
    network: card.brand ?? 'visa',
    network_token: { used: false },
    network_transaction_id: null,
    overcapture: { maximum_amount_capturable: 100, status: 'unavailable' },
    regulated_status: null,
    three_d_secure: isAuthenticated ? AUTHENTICATED : null,
    transaction_link_id: null,
    wallet: null,
  };
}

const AUTHENTICATED = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
};

// Within the bands that Stripe names: elevated from 65, highest from 75 of 100 (docs.stripe.com/radar/risk-evaluation).
const SCORES = { normal: 1, elevated: 68, highest: 90 } as const;

/** How Stripe judges a payment with this card. */
export function riskOf(played: PlayedCard | null | undefined) {
  const level = played?.riskLevel ?? (played && known(played)?.riskLevel) ?? 'normal';
  return { risk_level: level as string, risk_score: SCORES[level] as number };
}

/** Without what is undefined, which would cover what the test card is known for. */
const defined = (card: PlayedCard): PlayedCard =>
  Object.fromEntries(Object.entries(card).filter(([, value]) => value !== undefined));
