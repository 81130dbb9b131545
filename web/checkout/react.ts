// The checkout as a React hook.
import { useEffect, useState, useSyncExternalStore } from 'react';
import { createCheckout } from './client';
import type { Checkout, CheckoutOptions, CheckoutState } from './types';

export type { Checkout, CheckoutOptions, CheckoutState } from './types';

/** One checkout for the life of the component; packages are read, and a purchase under way is found again, when it mounts. */
export function useCheckout(options: CheckoutOptions): CheckoutState & { readonly checkout: Checkout } {
  const [checkout] = useState(() => createCheckout(options));
  const state = useSyncExternalStore(checkout.subscribe, () => checkout.state);
  useEffect(() => {
    void checkout.load();
    return () => checkout.close();
  }, [checkout]);
  return { ...state, checkout };
}
