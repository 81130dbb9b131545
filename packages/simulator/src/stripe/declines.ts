// How Stripe words a declined card: the codes a caller acts on, in the three places where Stripe writes them.
import type { PlayedCard } from '../card';
import type { Effect } from '../outcomes';
import { riskOf } from './cards';
import type { Charge, StripeCardError } from './shapes';

interface Decline {
  readonly declineCode: string;
  readonly message: string;
  /** do_not_try_again: the card will not be accepted by trying again (docs.stripe.com/declines/codes). */
  readonly adviceCode: 'try_again_later' | 'do_not_try_again';
  readonly networkCode: string | null;
  readonly sellerMessage: string;
  /** Stripe itself refused it, for this reason, and the bank was not asked. */
  readonly blockedFor?: string;
}

const BANK_SAID_NOTHING = 'The bank did not return any further details with this decline.';

const FOR_GOOD: Decline = {
  declineCode: 'do_not_try_again',
  message: 'Your card was declined.',
  adviceCode: 'do_not_try_again',
  networkCode: null,
  sellerMessage: BANK_SAID_NOTHING,
};

export const DECLINES: Readonly<Partial<Record<Effect, Decline>>> = {
  decline: {
    declineCode: 'generic_decline',
    message: 'Your card was declined.',
    adviceCode: 'try_again_later',
    networkCode: '05',
    sellerMessage: BANK_SAID_NOTHING,
  },
  declineFunds: {
    declineCode: 'insufficient_funds',
    message: 'Your card has insufficient funds.',
    adviceCode: 'try_again_later',
    networkCode: '51',
    sellerMessage: 'The bank returned the decline code `insufficient_funds`.',
  },
  declineCard: FOR_GOOD,
  declineForGood: FOR_GOOD,
  block: {
    declineCode: 'fraudulent',
    message: 'Your card was declined.',
    adviceCode: 'try_again_later',
    networkCode: null,
    sellerMessage: 'Stripe blocked this payment as too risky.',
    blockedFor: 'highest_risk_level',
  },
};

/** The intent's last_payment_error. */
export function cardError(decline: Decline, chargeId: string): StripeCardError {
  return {
    type: 'card_error',
    code: 'card_declined',
    decline_code: decline.declineCode,
    advice_code: decline.adviceCode,
    ...(decline.networkCode === null ? {} : { network_decline_code: decline.networkCode }),
    message: decline.message,
    doc_url: 'https://docs.stripe.com/error-codes/card-declined',
    charge: chargeId,
  };
}

/** The charge as the bank, or Stripe before it, declined it. */
export function declinedCharge(charge: Charge, decline: Decline, played?: PlayedCard | null): Charge {
  return {
    ...charge,
    status: 'failed',
    paid: false,
    captured: false,
    failure_code: 'card_declined',
    failure_message: decline.message,
    outcome: {
      advice_code: decline.adviceCode,
      network_advice_code: null,
      network_decline_code: decline.networkCode,
      network_status: decline.blockedFor ? 'not_sent_to_network' : 'declined_by_network',
      reason: decline.blockedFor ?? decline.declineCode,
      ...riskOf(decline.blockedFor ? { riskLevel: 'highest', ...played } : played),
      seller_message: decline.sellerMessage,
      type: decline.blockedFor ? 'blocked' : 'issuer_declined',
    },
  };
}
