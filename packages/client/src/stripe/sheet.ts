// Stripe's Payment Element.
import { loadScript, NOT_STARTED } from '../script.ts';
import type { Pay } from '../sheet.ts';
import type { Checkout, Place } from '../types.ts';

// Stripe.js has named releases, one with each major of the API that the gateway speaks; a test ties them together.
const SCRIPT = 'https://js.stripe.com/endive/stripe.js';

export interface StripeAction {
  readonly __typename: 'StripeConfirm';
  readonly publishableKey: string;
  readonly clientSecret: string;
  readonly returnUrl: string | null;
}

interface StripeElements {
  create(kind: 'payment'): { mount(at: Place): void; destroy(): void };
}
interface Stripe {
  elements(options: { clientSecret: string }): StripeElements;
  confirmPayment(options: {
    elements: StripeElements;
    confirmParams: { return_url: string };
    redirect: 'if_required';
  }): Promise<{ error?: { message?: string } }>;
}
// Not declared on Window: the provider's own types may be there, and say it otherwise.
interface Served {
  readonly Stripe?: (publishableKey: string) => Stripe;
}

export const preload = () => loadScript(SCRIPT);

/** Mounts the Element. Stripe needs it in the page itself, not in a shadow root. */
export async function makeReady(at: Place, action: StripeAction, checkout: Checkout): Promise<Pay> {
  await loadScript(SCRIPT);
  const stripe = (window as unknown as Served).Stripe?.(action.publishableKey);
  if (!stripe) throw new Error(NOT_STARTED);
  const elements = stripe.elements({ clientSecret: action.clientSecret });
  elements.create('payment').mount(at);
  return async () => {
    const confirmParams = { return_url: action.returnUrl ?? location.href };
    const { error } = await stripe.confirmPayment({ elements, confirmParams, redirect: 'if_required' });
    if (error) return error.message ?? 'The payment was not accepted.';
    checkout.confirmed();
    return null;
  };
}
