/** Razorpay Checkout, a window of its own over the page. */
export const razorpay = {
  type: 'RazorpayCheckout',
  fields: 'keyId orderId name amount{amountMinor currency formatted}',
  isInPage: false,
  load: () => import('./razorpay/sheet.ts'),
} as const;
