// A purchase as a state machine, without a page: what a custom element, a hook or an interface of your own shows.
import { createPurchase } from './purchase';
import { createStore, START } from './store';
import type { Checkout, CheckoutOptions } from './types';

export type {
  Checkout,
  CheckoutOptions,
  CheckoutState,
  CreditPackage,
  Intent,
  Money,
  NextAction,
  Phase,
  Trouble,
} from './types';

/** Makes a checkout. It does nothing until `load` or `buy`. */
export function createCheckout(options: CheckoutOptions): Checkout {
  const store = createStore(options);
  const purchase = createPurchase(options, store);
  const { set, remember } = store;
  const checkout: Checkout = {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    load: async () => {
      try {
        set({ packages: await purchase.packages(), trouble: null });
        const isBack = store.state.phase === 'choose' && (await purchase.resume());
        if (isBack && /[?&](payment_intent|redirect_status)=/.test(location.search)) await checkout.sync();
      } catch (error) {
        purchase.fail(error);
      }
    },
    buy: async (packageId) => {
      if (store.state.phase !== 'choose') return;
      set({ phase: 'creating', trouble: null });
      const before = store.remembered();
      const idempotencyKey = before?.packageId === packageId ? before.key : crypto.randomUUID();
      remember({ key: idempotencyKey, packageId });
      await purchase.create({ packageId, idempotencyKey });
    },
    confirmed: () => {
      if (store.state.phase === 'pay') set({ phase: 'waiting', decline: null });
    },
    simulate: async (outcome) => {
      checkout.confirmed();
      await purchase.act('simulate', { outcome });
    },
    confirm: async (proof) => {
      checkout.confirmed();
      await purchase.act('confirm', { proof });
    },
    sync: () => purchase.act('sync'),
    cancel: () => purchase.act('cancel'),
    restart: () => {
      purchase.unwatch();
      remember(null);
      set({ ...START, packages: store.state.packages });
    },
    close: () => {
      purchase.unwatch();
      store.close();
    },
  };
  return checkout;
}
