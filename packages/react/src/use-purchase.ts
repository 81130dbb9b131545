import {
  type Checkout,
  type CheckoutState,
  createCheckout,
  type PurchaseOptions,
} from '@credits-gateway/client';
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { useGateway } from './gateway-context.ts';

export type Purchase = CheckoutState & { readonly checkout: Checkout };

/**
 * One purchase after the other, for the life of the component. When it mounts, packages are read, and a purchase under way is found
 * again. Functions among the options and `promoCode` are as the last render gave them, others count when it first renders.
 */
export function usePurchase(options: PurchaseOptions = {}): Purchase {
  const gateway = useGateway();
  const last = useRef(options);
  useEffect(() => {
    last.current = options;
  });
  const make = () => {
    // A closure of the first render would know an old token, or a dialog that is gone.
    const solveCaptcha =
      options.solveCaptcha && ((siteKey: string) => ask(last.current.solveCaptcha, siteKey));
    const checkout = createCheckout({
      ...options,
      get promoCode() {
        return last.current.promoCode;
      },
      solveCaptcha,
      gateway,
    });
    return { gateway, checkout, start: checkout.state };
  };
  const [made, setMade] = useState(make);
  // Another user has another gateway, and none of the other's purchase.
  if (made.gateway !== gateway) setMade(make);
  const { checkout, start } = made;
  const now = useCallback(() => checkout.state, [checkout]);
  const state = useSyncExternalStore(checkout.subscribe, now, () => start);
  useEffect(() => {
    void checkout.load();
    return () => checkout.close();
  }, [checkout]);
  return { ...state, checkout };
}

const ask = async (solve: PurchaseOptions['solveCaptcha'], siteKey: string): Promise<string> => {
  if (!solve) throw new Error('The page draws no captcha any more.');
  return solve(siteKey);
};
