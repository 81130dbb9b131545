/** What Razorpay's Checkout hands the browser after a payment. */
export interface ClientResult {
  readonly razorpayOrderId: string;
  readonly razorpayPaymentId: string;
  readonly razorpaySignature: string;
}
