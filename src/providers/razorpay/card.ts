// The card of a payment, as far as Razorpay tells: it knows no fingerprint, says nothing of checks, and of a card that is foreign not
// where it is from. Nothing here is needed to believe the money, so that nothing of it throws.
import { z } from 'zod';
import { cardOrNull, NO_CARD, oneOf, type ProviderCard } from '../card';

const text = z.string().nullish().catch(null);

/** The entity inside a payment that was expanded, as webhook events have it; or read by itself. */
export const cardEntity = z
  .object({
    network: text,
    last4: text,
    type: oneOf(['credit', 'debit', 'prepaid']),
    international: z.boolean().nullish().catch(null),
  })
  .nullish()
  .catch(null);

interface PaidBy {
  readonly method?: string | null | undefined;
  readonly currency: string;
  readonly card?: z.infer<typeof cardEntity>;
  /** The payment's own word, which is there where the card is not. */
  readonly international?: boolean | null | undefined;
  readonly error_reason?: string | null | undefined;
  readonly error_source?: string | null | undefined;
}

/** Accounts are Indian ones: what is not international was issued there. */
const HOME = 'IN';

/** Null for a payment that is by no card. */
export function toCard(payment: PaidBy): ProviderCard | null {
  if (payment.method !== 'card') return null;
  const { card } = payment;
  const isForeign = card?.international ?? payment.international ?? null;
  return cardOrNull({
    ...NO_CARD,
    country: isForeign === false ? HOME : null,
    foreignTo: isForeign ? HOME : null,
    funding: card?.type ?? null,
    riskLevel: isOwnRefusal(payment) ? 'highest' : null,
  });
}

/** payment_risk_check_failed and its kin. */
export const isRiskRefusal = (reason: string | null | undefined): boolean =>
  reason?.includes('risk') ?? false;

/**
 * `error_source` says whose risk check it was: these are Razorpay itself, the others a bank or a gateway, whose refusal says no
 * more than any decline. Source: razorpay.com/docs/errors/payments/list.
 */
const isOwnRefusal = ({ error_reason, error_source }: PaidBy) =>
  isRiskRefusal(error_reason) && (error_source === 'internal' || error_source === 'business');
