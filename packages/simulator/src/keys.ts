// The API keys that open the simulated accounts. There is no live account: a live key opens nothing.

export interface RazorpayKey {
  readonly id: string;
  readonly secret: string;
}

/** Null: any test key opens that provider's account. */
export interface ApiKeys {
  readonly stripe: string | null;
  readonly razorpay: RazorpayKey | null;
}

export const ANY_TEST_KEY: ApiKeys = { stripe: null, razorpay: null };

/** Secret (sk_) and restricted (rk_) keys. */
export const isStripeKey = (text: string): boolean => /^(sk|rk)_test_\w+$/.test(text);

/** `<id>:<secret>`, as basic authentication carries it. */
export const isRazorpayPair = (text: string): boolean => /^rzp_test_\w+:.+$/.test(text);
