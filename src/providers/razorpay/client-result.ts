// Checks what Checkout hands the browser after a payment. The SDK's own check compares with `===`, whose time tells how
// much of a forged signature is right, and takes the order id from whoever calls.
import type { ClientResult } from '../client-result';

import { isSigned } from '../signature';

/**
 * Whether Razorpay signed this result for our order.
 * Source: razorpay.com/docs/payments/server-integration, "Verify payment signature".
 */
export function verifyClientResult(
  { razorpayOrderId, razorpayPaymentId, razorpaySignature }: ClientResult,
  storedOrderId: string,
  keySecret: string,
): boolean {
  const isOurs = storedOrderId !== '' && razorpayOrderId === storedOrderId;
  return isSigned([`${storedOrderId}|${razorpayPaymentId}`], [razorpaySignature], [keySecret]) && isOurs;
}
