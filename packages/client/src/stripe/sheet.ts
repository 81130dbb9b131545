// Stripe's Payment Element.

import type { Checkout } from '../checkout-types.ts';
import { inTime, notLoaded, served } from '../script.ts';
import type { Pay } from '../sheet.ts';
import type { Place } from '../types.ts';

// Stripe.js has named releases, one with each major of the API that the gateway speaks; a test ties them together.
const SCRIPT = 'https://js.stripe.com/endive/stripe.js';

export interface StripeAction {
  readonly __typename: 'StripeConfirm';
  readonly publishableKey: string;
  readonly clientSecret: string;
  readonly returnUrl: string | null;
}

/** What is used of Stripe.js. Properties and not methods, whose parameters TypeScript compares less strictly. */
export interface StripeJs<Elements extends StripeElements = StripeElements> {
  readonly elements: (options: {
    clientSecret: string;
    locale: 'auto';
    appearance: { theme: 'stripe' | 'night' };
  }) => Elements;
  readonly confirmPayment: (options: {
    elements: Elements;
    confirmParams: { return_url: string };
    redirect: 'if_required';
  }) => Promise<{ error?: { message?: string; payment_intent?: { status: string } } }>;
}
export interface StripeElements {
  readonly create: (kind: 'payment') => PaymentElement;
}
interface PaymentElement {
  readonly mount: (at: Place) => void;
  readonly on: ((event: 'ready', listener: () => void) => unknown) &
    ((event: 'loaderror', listener: () => void) => unknown);
}

const open = () => served<(publishableKey: string) => StripeJs>('Stripe', SCRIPT);

export const preload = () => open().then(() => {});

const ACCEPTED = ['succeeded', 'processing', 'requires_capture'];

/** Mounts the Element, and waits until it can be filled in. Stripe needs it in the page itself, not in a shadow root. */
export async function makeReady(at: Place, action: StripeAction, checkout: Checkout): Promise<Pay> {
  const stripe = (await open())(action.publishableKey);
  const place = at as HTMLElement;
  // As the page around it, whatever decided that.
  const isDark =
    getComputedStyle(place).colorScheme === 'dark' || matchMedia('(prefers-color-scheme: dark)').matches;
  const { clientSecret } = action;
  const elements = stripe.elements({
    clientSecret,
    locale: 'auto',
    appearance: { theme: isDark ? 'night' : 'stripe' },
  });
  const form = elements.create('payment');
  const isReady = new Promise<void>((resolve, reject) => {
    form.on('ready', resolve);
    form.on('loaderror', () => reject(notLoaded()));
  });
  form.mount(at);
  await inTime(isReady);
  return async () => {
    const confirmParams = { return_url: action.returnUrl ?? location.href };
    const { error } = await stripe.confirmPayment({ elements, confirmParams, redirect: 'if_required' });
    // One that is told too late: this payment went through before, as in another tab.
    if (error && !ACCEPTED.includes(error.payment_intent?.status ?? ''))
      return error.message ?? 'The payment was not accepted.';
    checkout.confirmed();
    return null;
  };
}
