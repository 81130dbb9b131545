// Stripe's Payment Element.
import { loadScript, NOT_STARTED } from '../script';
import type { Pay } from '../sheet';
import type { Checkout } from '../types';

// Stripe.js has named releases, one with each major of the API that the gateway speaks; a test ties them together.
const SCRIPT = 'https://js.stripe.com/endive/stripe.js';

export interface StripeAction {
  readonly __typename: 'StripeConfirm';
  readonly publishableKey: string;
  readonly clientSecret: string;
  readonly returnUrl: string | null;
}

interface StripeElements {
  create(kind: 'payment'): { mount(at: HTMLElement): void; destroy(): void };
}
interface Stripe {
  elements(options: { clientSecret: string }): StripeElements;
  confirmPayment(options: {
    elements: StripeElements;
    confirmParams: { return_url: string };
    redirect: 'if_required';
  }): Promise<{ error?: { message?: string } }>;
}
declare global {
  interface Window {
    Stripe?: (publishableKey: string) => Stripe;
  }
}

/** Mounts the Element. Stripe needs it in the page itself, not in a shadow root. */
export async function makeReady(at: HTMLElement, action: StripeAction, checkout: Checkout): Promise<Pay> {
  await loadScript(SCRIPT);
  const stripe = window.Stripe?.(action.publishableKey);
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
