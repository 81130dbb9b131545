// One purchase at the gateway: what it answers and what its live status tells decide the phase.
import type { Trouble } from './checkout-types.ts';
import { follow as followed } from './follow.ts';
import type { createStore } from './store.ts';
import type { Intent, IntentStatus, Purchasing } from './types.ts';

type End = 'succeeded' | 'failed' | 'canceled';
export const isEnd = (status: string): status is End => ['succeeded', 'failed', 'canceled'].includes(status);

export type Purchase = ReturnType<typeof createPurchase>;

export function createPurchase(gateway: Purchasing, store: ReturnType<typeof createStore>) {
  const { set } = store;
  let unwatch = () => {};
  let isOpen = true;
  // What the gateway last told, and how many attempts it knew of when the browser said that it had made one.
  let told: IntentStatus = 'pending';
  let attemptsBefore = 0;

  /** What the browser did only fills the time until the gateway says what happened. */
  function take(intent: Intent, status = intent.status): void {
    const { phase } = store.state;
    const isDeclined =
      status === 'pending' &&
      (told === 'processing' || (intent.failure !== null && intent.attemptCount > attemptsBefore));
    told = status;
    const change = { intent, trouble: null, decline: intent.failure?.message ?? null };
    if (isEnd(status)) {
      store.remember(null);
      set({ ...change, phase: status, live: true });
      return;
    }
    const isBusy = phase === 'waiting' || phase === 'slow';
    const goesOn = status === 'processing' || (isBusy && !isDeclined);
    set({ ...change, phase: !goesOn ? 'pay' : isBusy ? phase : 'waiting' });
  }

  const purchase = {
    take,
    follow: (intent: Intent) => {
      unwatch();
      told = 'pending';
      take(intent);
      if (isEnd(intent.status) || !isOpen) return;
      unwatch = followed(gateway, intent.id, {
        next: take,
        live: (live) => set({ live: live || isEnd(store.state.phase) }),
        failed: purchase.fail,
      });
    },
    fail: (error: unknown) => {
      const { code = 'FAILED', message = 'Try again.', decisionId } = (error ?? {}) as Partial<Trouble>;
      set({ trouble: { code, message, decisionId } });
    },
    /** The sheet says that the payer is done with it. */
    confirmed: () => {
      const { phase, intent } = store.state;
      if (phase !== 'pay') return;
      attemptsBefore = intent?.attemptCount ?? 0;
      set({ phase: 'waiting', decline: null });
    },
    /** Nothing came of what the sheet said. */
    unconfirmed: () => {
      if (store.state.phase === 'waiting' && told !== 'processing') set({ phase: 'pay' });
    },
    /** The one that is shown has not ended. An older answer must not undo what the live status told meanwhile. */
    isOpen: (id: string) => store.state.intent?.id === id && !isEnd(store.state.phase),
    unwatch: () => unwatch(),
    open: () => {
      isOpen = true;
    },
    close: () => {
      isOpen = false;
      unwatch();
    },
  };
  return purchase;
}
