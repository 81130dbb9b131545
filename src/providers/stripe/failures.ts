// Why a try failed, from Stripe's words into those that a payer may read.
import type { PaymentFailure } from '../provider';

export interface ErrorWords {
  readonly code?: string | null | undefined;
  readonly decline_code?: string | null | undefined;
  readonly advice_code?: string | null | undefined;
  readonly message?: string | null | undefined;
}

interface FailedCharge {
  readonly failure_code?: string | null | undefined;
  readonly failure_message?: string | null | undefined;
  readonly outcome?:
    | {
        readonly type?: string | null | undefined;
        readonly reason?: string | null | undefined;
        readonly advice_code?: string | null | undefined;
      }
    | null
    | undefined;
}

/**
 * "Don't report more detailed information to your customer": whoever holds a stolen card must not learn that it is
 * known to be. Source: docs.stripe.com/declines/codes; pickup_card says the same of a card reported lost.
 */
const QUIET_CODES = new Set(['fraudulent', 'lost_card', 'stolen_card', 'merchant_blacklist', 'pickup_card']);
const GENERIC_MESSAGE = 'Your card was declined.';

/** Why a try failed, fit for the payer's eyes. */
export function toFailure(error: ErrorWords): PaymentFailure {
  const isQuiet = QUIET_CODES.has(error.decline_code ?? '') || QUIET_CODES.has(error.code ?? '');
  return {
    code: isQuiet ? 'card_declined' : (error.code ?? 'unknown'),
    declineCode: isQuiet ? 'generic_decline' : (error.decline_code ?? null),
    message: (!isQuiet && error.message) || GENERIC_MESSAGE,
    retryable: error.advice_code !== 'do_not_try_again',
  };
}

/** In the charge's own words, which say less than the error of its intent. */
export function failureOfCharge({ failure_code, failure_message, outcome }: FailedCharge): PaymentFailure {
  return toFailure({
    code: failure_code,
    message: failure_message,
    decline_code: outcome?.type === 'blocked' ? blockedFor(outcome.reason) : outcome?.reason,
    advice_code: outcome?.advice_code,
  });
}

/**
 * Where Stripe itself blocked the charge the reason names its risk rule, which is not told. One of them is no suspicion: the bank
 * would have refused it in all likelihood, so that it was not asked. Source: docs.stripe.com/declines, "Blocked payments".
 */
const blockedFor = (reason: string | null | undefined) =>
  reason === 'low_probability_of_authorization' ? reason : 'fraudulent';
