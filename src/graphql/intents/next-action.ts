import { type Caller, hasRole } from '../../callers/caller';
import type { Intent } from '../../intents/intent.entity';
import type { SimulatedOutcome } from '../../intents/simulate';
import type { Config } from '../../kernel/config';
import type { Money } from '../../kernel/money';
import { outcomesOf } from './outcomes';

/** The mock sheet's needs. */
export interface MockConfirm {
  readonly clientSecret: string;
  readonly outcomes: readonly SimulatedOutcome[];
}

/** Stripe's Payment Element's. */
export interface StripeConfirm {
  readonly publishableKey: string;
  readonly clientSecret: string;
  readonly returnUrl: string | null;
}

/** Razorpay Checkout's. */
export interface RazorpayCheckout {
  readonly keyId: string;
  readonly orderId: string;
  readonly amount: Money;
  readonly name: string;
}

export type NextAction = MockConfirm | StripeConfirm | RazorpayCheckout;

/**
 * What the payer must do next. Null when nothing is left to do, while the provider has not answered or an end was asked
 * for, and for everyone but the owner and the service that made the intent: the secret would let them pay.
 */
export function nextActionOf(intent: Intent, caller: Caller | null, config: Config): NextAction | null {
  const isTheirs = caller?.id === intent.userId || (caller !== null && madeIt(caller, intent));
  if (!isTheirs || intent.status !== 'pending') return null;
  if (!intent.providerIntentId || intent.cancelRequestedAt || intent.expireRequestedAt) return null;
  if (intent.mode === 'mock')
    return {
      // Razorpay has no secret of the object: its order id is what a checkout opens with.
      clientSecret: intent.clientSecret ?? intent.providerIntentId,
      outcomes: outcomesOf(intent.provider),
    };
  return intent.provider === 'stripe' ? stripeConfirm(intent, config) : razorpayCheckout(intent, config);
}

function stripeConfirm(intent: Intent, config: Config): StripeConfirm | null {
  if (!config.stripe || intent.clientSecret === null) return null;
  const { publishableKey } = config.stripe;
  return { publishableKey, clientSecret: intent.clientSecret, returnUrl: intent.returnUrl };
}

function razorpayCheckout(intent: Intent, config: Config): RazorpayCheckout | null {
  if (!config.razorpay || intent.providerIntentId === null) return null;
  return {
    keyId: config.razorpay.keyId,
    orderId: intent.providerIntentId,
    amount: { amountMinor: intent.amountMinor, currency: intent.currency },
    name: config.merchantName,
  };
}

/** Which member of the union it is. */
export const nextActionType = (action: NextAction): 'MockConfirm' | 'StripeConfirm' | 'RazorpayCheckout' => {
  if ('outcomes' in action) return 'MockConfirm';
  return 'orderId' in action ? 'RazorpayCheckout' : 'StripeConfirm';
};

/** True for the service that acted for the user. */
export const madeIt = (caller: Caller, intent: Intent): boolean =>
  hasRole(caller, 'service') && intent.createdBy === caller.id;
