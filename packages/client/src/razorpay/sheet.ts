// Razorpay Checkout.
import { loadScript, NOT_STARTED } from '../script.ts';
import type { Pay } from '../sheet.ts';
import type { Checkout, Money, Place } from '../types.ts';

const SCRIPT = 'https://checkout.razorpay.com/v1/checkout.js';

export interface RazorpayAction {
  readonly __typename: 'RazorpayCheckout';
  readonly keyId: string;
  readonly orderId: string;
  readonly name: string;
  readonly amount: Money;
}

// Not declared on Window: the provider's own types may be there, and say it otherwise.
interface Served {
  readonly Razorpay?: new (options: Record<string, unknown>) => { open(): void };
}

export const preload = () => loadScript(SCRIPT);

/** Opens its window when the payer says so. Closing that cancels nothing: the payer may open it again. */
export async function makeReady(_at: Place, action: RazorpayAction, checkout: Checkout): Promise<Pay> {
  return async () => {
    await loadScript(SCRIPT);
    const { Razorpay } = window as unknown as Served;
    if (!Razorpay) throw new Error(NOT_STARTED);
    new Razorpay({
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
