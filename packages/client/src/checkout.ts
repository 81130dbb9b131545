// A purchase as a state machine, without a page: what a custom element, a hook or an interface of your own shows.

import { createActs } from './acts.ts';
import type { Checkout, CheckoutOptions } from './checkout-types.ts';
import { GatewayError } from './failure.ts';
import { enter, takeReturn } from './history.ts';
import { listenToPage } from './page.ts';
import { createPurchase } from './purchase.ts';
import { createPurchasing, newKey } from './purchasing.ts';
import type { MakeReady, Pay } from './sheet.ts';
import { sheetOf } from './sheets.ts';
import { createStore, START } from './store.ts';
import type { Place, Purchasing } from './types.ts';

/** Pressed twice, it is one attempt. */
function once(pay: Pay): Pay {
  let paying: Promise<string | null> | null = null;
  return () => {
    paying ??= pay().finally(() => {
      paying = null;
    });
    return paying;
  };
}

async function show(gateway: Purchasing, checkout: Checkout, at: Place): Promise<Pay> {
  const action = checkout.state.intent?.nextAction;
  const sheet = action && sheetOf(gateway.sheets, action);
  if (!sheet)
    throw new GatewayError('SHEET', action ? 'Reload this page to pay.' : 'There is nothing to pay now.');
  const { makeReady } = await sheet.load();
  return once(await (makeReady as MakeReady<typeof action>)(at, action, checkout, gateway.url));
}

/** Makes a checkout. It does nothing until `load` or `buy`. */
export function createCheckout(options: CheckoutOptions): Checkout {
  const gateway = 'gateway' in options ? options.gateway : createPurchasing(options).operations;
  const store = createStore(options.storage);
  const purchase = createActs(gateway, options, store, createPurchase(gateway, store));
  const { set, remember } = store;
  const hasHistory = options.history !== false && typeof history !== 'undefined';
  let unlisten = () => {};
  // Taken from the address once, however often a page loads its checkout.
  let returned: string | null = null;

  const listen = () => {
    unlisten();
    const { again, resume } = purchase;
    unlisten = listenToPage(checkout, { again, resume, hasHistory });
  };

  const checkout: Checkout = {
    gateway,
    get state() {
      return store.state;
    },
    get payer() {
      return options.payer ?? {};
    },
    subscribe: store.subscribe,
    load: async () => {
      purchase.open();
      listen();
      returned = takeReturn() ?? returned;
      try {
        const packages = await gateway.packages(options.currency);
        if (packages.length === 0) throw nothingOnSale(options.currency);
        set({ packages, trouble: null });
      } catch (error) {
        purchase.fail(error);
      }
      try {
        await purchase.resume(returned);
        if (returned === null) return;
        returned = null;
        await checkout.sync();
      } catch (error) {
        purchase.fail(error);
      }
    },
    buy: async (packageId: string) => {
      if (store.state.phase !== 'choose') return;
      set({ phase: 'creating', trouble: null });
      const { walletId, promoCode } = options;
      const before = store.remembered();
      // Another code, or for another wallet, is another purchase.
      const wish = [packageId, walletId, promoCode].filter(Boolean).join(' ');
      const key = before?.packageId === wish ? before.key : newKey();
      remember({ key, packageId: wish });
      await purchase.create({ packageId, walletId, promoCode, idempotencyKey: key });
      const { phase, intent } = checkout.state;
      if (hasHistory && phase === 'pay' && intent) enter(intent.id);
    },
    show: (at) => show(gateway, checkout, at),
    confirmed: purchase.confirmed,
    simulate: async (outcome: string) => {
      purchase.confirmed();
      await purchase.act((id) => gateway.simulatePayment({ id, outcome }));
    },
    confirm: purchase.confirm,
    sync: () => purchase.act((id) => gateway.syncIntent({ id })),
    cancel: () => purchase.act((id) => gateway.cancelIntent({ id })),
    restart: () => {
      purchase.unwatch();
      remember(null);
      set({ ...START, packages: store.state.packages });
    },
    leave: () => {
      const kept = store.remembered();
      checkout.restart();
      if (kept) remember({ ...kept, isLeft: true });
    },
    close: () => {
      purchase.close();
      unlisten();
      store.close();
    },
  };
  return checkout;
}

const nothingOnSale = (currency = '') =>
  new GatewayError('NOTHING_ON_SALE', `Nothing is for sale${currency && ` in ${currency}`} at the moment.`);
