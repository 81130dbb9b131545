// A payer whom a provider sends back to us, where its sheet could not hand the browser what it gave: within another app, or where no
// window may be opened.
import { Problem } from '../kernel/problems';
import { type ConfirmPayment, confirmPayment } from './confirm-payment';
import type { IntentDeps } from './deps';

type Needs = Pick<
  IntentDeps,
  'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

// What comes of a try that failed, and is no proof at all. Source: razorpay.com/docs/payment-gateway/callback-url.
const FAILED = /^error\b/;

export interface Return {
  /** The page that began the purchase, with the provider's number of it; null: it named none. */
  readonly backTo: string | null;
}

/**
 * Takes what the provider had the browser bring, as confirmPayment does, and says where the browser goes. What was forged, or tells
 * of a failed try, confirms nothing; the payer goes back all the same and is shown what the gateway knows.
 * @param returned.proof as it came, under the provider's own names
 * @returns null for a purchase that does not exist
 */
export async function takeReturn(deps: Needs, returned: ConfirmPayment): Promise<Return | null> {
  const intent = returned.id.includes('\0') ? null : await deps.readIntent(returned.id);
  if (!intent) return null;
  let isConfirmed = !Object.keys(returned.proof).some((name) => FAILED.test(name));
  try {
    // The proof is what allows it: it is signed over the order that only this payer's sheet was opened with.
    if (isConfirmed) await confirmPayment(deps, { id: intent.userId, role: 'user' }, returned);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    isConfirmed = false;
  }
  if (!intent.returnUrl) return { backTo: null };
  const back = new URL(intent.returnUrl);
  // As at a provider that always sends the payer back: the checkout finds its purchase by them, and takes them from the address.
  back.searchParams.set('payment_intent', intent.providerIntentId ?? '');
  back.searchParams.set('redirect_status', isConfirmed ? 'succeeded' : 'failed');
  return { backTo: back.href };
}
