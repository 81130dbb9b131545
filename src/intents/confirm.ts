import type { Caller } from '../callers/caller';
import { notFound, Problem } from '../kernel/problems';
import { askProvider } from './ask';
import type { IntentDeps } from './deps';
import { findIntent } from './find';
import type { Intent } from './intent.entity';

export interface ConfirmRazorpayPaymentInput {
  readonly id: string;
  readonly razorpayPaymentId: string;
  readonly razorpayOrderId: string;
  readonly razorpaySignature: string;
}

/**
 * Takes what Razorpay Checkout's handler received in the browser. The signature is checked against the order that we
 * stored, and then only says that it is worth asking: what is believed is a read of the provider.
 * @throws Problem NOT_FOUND, SIGNATURE_INVALID, PROVIDER_UNAVAILABLE
 */
export async function confirmRazorpayPayment(
  deps: IntentDeps,
  caller: Caller,
  input: ConfirmRazorpayPaymentInput,
): Promise<Intent> {
  const intent = await findIntent(deps, caller, input.id);
  const provider = intent?.provider === 'razorpay' ? deps.providers.get('razorpay') : undefined;
  if (!intent?.providerIntentId || !provider?.verifyClientResult)
    throw notFound('The intent', ['input', 'id']);
  if (!provider.verifyClientResult(input, intent.providerIntentId)) {
    deps.log.critical('checkout.rejected', { intentId: intent.id, callerId: caller.id });
    throw new Problem('SIGNATURE_INVALID', 'The signature does not belong to this order.', [
      'input',
      'razorpaySignature',
    ]);
  }
  return (await askProvider(deps, caller, intent.id)).intent;
}
