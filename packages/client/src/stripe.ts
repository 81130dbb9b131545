/** Stripe's Payment Element. */
export const stripe = {
  type: 'StripeConfirm',
  fields: 'publishableKey clientSecret returnUrl',
  isInPage: true,
  load: () => import('./stripe/sheet.ts'),
} as const;
