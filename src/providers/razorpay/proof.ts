// Checks what Checkout hands the browser after a payment. The SDK's own check compares with `===`, whose time tells how
// much of a forged signature is right, and takes the order id from whoever calls.
import type { Proof } from '../provider';
import { isSigned } from '../signature';

/**
 * Whether Razorpay signed this proof for our order.
 * Source: razorpay.com/docs/payments/server-integration, "Verify payment signature".
 */
export function verifyProof(proof: Proof, storedOrderId: string, keySecret: string): boolean {
  const { razorpay_order_id: orderId, razorpay_payment_id: paymentId, razorpay_signature: signature } = proof;
  if (orderId === undefined || paymentId === undefined || signature === undefined) return false;
  const isOurs = storedOrderId !== '' && orderId === storedOrderId;
  return isSigned([`${storedOrderId}|${paymentId}`], [signature], [keySecret]) && isOurs;
}
