import { type Caller, hasRole } from '../../callers/caller';
import { CLIENT_SECRET_PURPOSE, type Intent } from '../../intents/intent.entity';
import type { SimulatedOutcome } from '../../intents/simulate';
import type { Config } from '../../kernel/config';
import type { Money } from '../../kernel/money';
import type { SecretBox } from '../../kernel/secret-box';
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

export interface NextActionDeps {
  readonly config: Config;
  readonly secrets: SecretBox;
}

/**
 * What the payer must do next. Null when nothing is left to do, while the provider has not answered or an end was asked
 * for, and for everyone but the owner and the service that made the intent: the secret would let them pay.
 */
export function nextActionOf(
  intent: Intent,
  caller: Caller | null,
  { config, secrets }: NextActionDeps,
): NextAction | null {
  const isTheirs = caller?.id === intent.userId || (caller !== null && madeIt(caller, intent));
  if (!isTheirs || intent.status !== 'pending') return null;
  if (!intent.providerIntentId || intent.cancelRequestedAt || intent.expireRequestedAt) return null;
  if (intent.mode === 'mock')
    return {
      // Razorpay has no secret of the object: its order id is what a checkout opens with.
      clientSecret: clientSecretOf(intent, secrets) ?? intent.providerIntentId,
      outcomes: outcomesOf(intent.provider),
    };
  return intent.provider === 'stripe'
    ? stripeConfirm(intent, config, secrets)
    : razorpayCheckout(intent, config);
}

function stripeConfirm(intent: Intent, config: Config, secrets: SecretBox): StripeConfirm | null {
  const clientSecret = clientSecretOf(intent, secrets);
  if (!config.stripe || clientSecret === null) return null;
  return { publishableKey: config.stripe.publishableKey, clientSecret, returnUrl: intent.returnUrl };
}

const clientSecretOf = ({ clientSecret }: Intent, secrets: SecretBox) =>
  clientSecret === null ? null : secrets.openText(clientSecret, CLIENT_SECRET_PURPOSE);

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
