// Razorpay Checkout.
import { loadScript, NOT_STARTED } from '../script';
import type { Pay } from '../sheet';
import type { Checkout, Money } from '../types';

const SCRIPT = 'https://checkout.razorpay.com/v1/checkout.js';

export interface RazorpayAction {
  readonly __typename: 'RazorpayCheckout';
  readonly keyId: string;
  readonly orderId: string;
  readonly name: string;
  readonly amount: Money;
}

declare global {
  interface Window {
    Razorpay?: new (options: Record<string, unknown>) => { open(): void };
  }
}

/** Opens its window when the payer says so. Closing that cancels nothing: the payer may open it again. */
export async function makeReady(_at: HTMLElement, action: RazorpayAction, checkout: Checkout): Promise<Pay> {
  return async () => {
    await loadScript(SCRIPT);
    if (!window.Razorpay) throw new Error(NOT_STARTED);
    new window.Razorpay({
      key: action.keyId,
      order_id: action.orderId,
      name: action.name,
      amount: action.amount.amountMinor,
      currency: action.amount.currency,
      // What it hands over is the proof as it stands, under its own names.
      handler: (proof: Record<string, string>) => void checkout.confirm(proof),
    }).open();
    return null;
  };
}
