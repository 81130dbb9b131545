// The providers' own payment sheets. This file is loaded when one is needed, and a provider's script only then: Stripe and
// Razorpay serve theirs themselves and forbid copies.
import type { Checkout, NextAction } from './types';

const SCRIPTS = {
  // Stripe.js has named releases, one with each major of the API that the gateway speaks; a test ties them together.
  stripe: 'https://js.stripe.com/endive/stripe.js',
  razorpay: 'https://checkout.razorpay.com/v1/checkout.js',
};

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
interface RazorpayAnswer {
  razorpay_payment_id: string;
  razorpay_order_id: string;
  razorpay_signature: string;
}
declare global {
  interface Window {
    Stripe?: (publishableKey: string) => Stripe;
    Razorpay?: new (options: Record<string, unknown>) => { open(): void };
  }
}

const loading = new Map<string, Promise<void>>();

function load(src: string): Promise<void> {
  const known = loading.get(src);
  if (known) return known;
  const loaded = new Promise<void>((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src, async: true });
    script.onload = () => resolve();
    script.onerror = () => {
      loading.delete(src);
      script.remove();
      reject(
        new Error("The provider's payment form could not be loaded. Check the connection and try again."),
      );
    };
    document.head.append(script);
  });
  loading.set(src, loaded);
  return loaded;
}

type Of<Name> = Extract<NextAction, { __typename: Name }>;

/**
 * Mounts Stripe's Payment Element. Stripe needs it in the page itself, not in a shadow root.
 * @returns confirms the payment: null, or what went wrong in words for the payer
 */
export async function mountStripe(
  at: HTMLElement,
  action: Of<'StripeConfirm'>,
  checkout: Checkout,
): Promise<() => Promise<string | null>> {
  await load(SCRIPTS.stripe);
  const stripe = window.Stripe?.(action.publishableKey);
  if (!stripe) throw new Error("The provider's payment form did not start.");
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

/** Opens Razorpay Checkout. Closing its window cancels nothing: the payer may open it again. */
export async function openRazorpay(action: Of<'RazorpayCheckout'>, checkout: Checkout): Promise<void> {
  await load(SCRIPTS.razorpay);
  if (!window.Razorpay) throw new Error("The provider's payment form did not start.");
  new window.Razorpay({
    key: action.keyId,
    order_id: action.orderId,
    name: action.name,
    amount: action.amount.amountMinor,
    currency: action.amount.currency,
    handler: (answer: RazorpayAnswer) =>
      void checkout.confirmRazorpay({
        razorpayPaymentId: answer.razorpay_payment_id,
        razorpayOrderId: answer.razorpay_order_id,
        razorpaySignature: answer.razorpay_signature,
      }),
  }).open();
}
