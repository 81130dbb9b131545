// A purchase as a state machine, without a page: what a custom element, a hook or an interface of your own shows.
import { createPurchase } from './purchase.ts';
import { createPurchasing, newKey } from './purchasing.ts';
import type { MakeReady } from './sheet.ts';
import { sheetOf } from './sheets.ts';
import { createStore, START } from './store.ts';
import type { Checkout, CheckoutOptions } from './types.ts';

/** Makes a checkout. It does nothing until `load` or `buy`. */
export function createCheckout(options: CheckoutOptions): Checkout {
  const gateway = 'gateway' in options ? options.gateway : createPurchasing(options).operations;
  const store = createStore(options.storage);
  const purchase = createPurchase(gateway, options, store);
  const { set, remember } = store;
  const checkout: Checkout = {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    load: async () => {
      try {
        set({ packages: await gateway.packages(options.currency), trouble: null });
        const isBack = await purchase.resume();
        const address = globalThis.location?.search ?? '';
        if (isBack && /[?&](payment_intent|redirect_status)=/.test(address)) await checkout.sync();
      } catch (error) {
        purchase.fail(error);
      }
    },
    buy: async (packageId) => {
      if (store.state.phase !== 'choose') return;
      set({ phase: 'creating', trouble: null });
      const before = store.remembered();
      const idempotencyKey = before?.packageId === packageId ? before.key : newKey();
      remember({ key: idempotencyKey, packageId });
      await purchase.create({ packageId, idempotencyKey });
    },
    show: async (at) => {
      const action = store.state.intent?.nextAction;
      const sheet = action && sheetOf(gateway.sheets, action);
      if (!sheet) throw new Error(action ? 'Reload this page to pay.' : 'There is nothing to pay now.');
      const { makeReady } = await sheet.load();
      return (makeReady as MakeReady<typeof action>)(at, action, checkout);
    },
    confirmed: () => {
      if (store.state.phase === 'pay') set({ phase: 'waiting', decline: null });
    },
    simulate: async (outcome) => {
      checkout.confirmed();
      await purchase.act((id) => gateway.simulatePayment({ id, outcome }));
    },
    confirm: async (proof) => {
      checkout.confirmed();
      await purchase.act((id) => gateway.confirmPayment({ id, proof }));
    },
    sync: () => purchase.act((id) => gateway.syncIntent({ id })),
    cancel: () => purchase.act((id) => gateway.cancelIntent({ id })),
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
