// Razorpay Checkout.

import type { Checkout } from '../checkout-types.ts';
import { served } from '../script.ts';
import type { Pay } from '../sheet.ts';
import type { Money, Place } from '../types.ts';

const SCRIPT = 'https://checkout.razorpay.com/v1/checkout.js';

export interface RazorpayAction {
  readonly __typename: 'RazorpayCheckout';
  readonly keyId: string;
  readonly orderId: string;
  readonly name: string;
  readonly amount: Money;
}

interface Options {
  readonly key: string;
  readonly order_id: string;
  readonly name: string;
  readonly amount: string;
  readonly currency: string;
  readonly prefill: { readonly name?: string; readonly email?: string; readonly contact?: string };
  /** What it hands over is the proof as it stands, under its own names. */
  readonly handler: (proof: Record<string, string>) => void;
  /** Where the browser is sent with the proof, instead of the handler; only with `redirect`. */
  readonly callback_url?: string;
  readonly redirect?: true;
  readonly modal: { readonly ondismiss: () => void };
}
interface RazorpayWindow {
  open(): void;
  on(event: 'payment.failed', listener: (told: { error?: { description?: string } }) => void): void;
}

const load = () => served<new (options: Options) => RazorpayWindow>('Razorpay', SCRIPT);

export const preload = () => load().then(() => {});

// Within another app windows are blocked, and what the bank opens does not come back to the page: there the browser itself goes from
// one to the other. Source: razorpay.com/docs/payment-gateway/callback-url, "The handler function is not supported in WebView".
const WITHIN_AN_APP = /; wv\)|FBA[NV]\/|Instagram|Line\/|(iPhone|iPad)(?!.*Safari)/;

/** @param url where the gateway is */
function sentBack({ state }: Checkout, url = ''): Pick<Options, 'callback_url' | 'redirect'> {
  const { intent } = state;
  if (!intent || !WITHIN_AN_APP.test(navigator.userAgent)) return {};
  return { callback_url: new URL(`${url}/returns/${intent.id}`, location.href).href, redirect: true };
}

const CLOSED = 'The payment window was closed. You can open it again.';

/** Its window opens when the payer says so. Closing that cancels nothing: the payer may open it again. */
export async function makeReady(
  _at: Place,
  action: RazorpayAction,
  checkout: Checkout,
  url?: string,
): Promise<Pay> {
  const Razorpay = await load();
  const { name = '', email = '', phone = '' } = checkout.payer;
  return () =>
    new Promise((resolve) => {
      let why = CLOSED;
      let isPaid = false;
      const opened = new Razorpay({
        key: action.keyId,
        order_id: action.orderId,
        name: action.name,
        amount: action.amount.amountMinor,
        currency: action.amount.currency,
        prefill: { name, email, contact: phone },
        ...sentBack(checkout, url),
        handler: (proof) => {
          isPaid = true;
          resolve(null);
          void checkout.confirm(proof);
        },
        modal: {
          ondismiss: () => {
            if (isPaid) return;
            // Whoever closes it may have paid in another app before.
            void checkout.sync();
            resolve(why);
          },
        },
      });
      // The window stays, and offers another try by itself; what was said there is told when it is closed.
      opened.on('payment.failed', ({ error }) => {
        why = error?.description ?? CLOSED;
      });
      opened.open();
    });
}
