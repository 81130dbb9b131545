// One purchase at the gateway: what it answers and what its live status tells decide the phase.
import type { createStore } from './store.ts';
import type { Intent, PurchaseOptions, Purchasing, Trouble } from './types.ts';

type End = 'succeeded' | 'failed' | 'canceled';
const isEnd = (status: string): status is End => ['succeeded', 'failed', 'canceled'].includes(status);

export function createPurchase(
  gateway: Purchasing,
  options: PurchaseOptions,
  store: ReturnType<typeof createStore>,
) {
  const { set } = store;
  let unwatch = () => {};

  /** What the browser did only fills the time until the gateway says what happened. */
  function take(intent: Intent, status = intent.status): void {
    const { intent: before, phase } = store.state;
    const change = { intent, trouble: null, decline: intent.failure?.message ?? null };
    if (isEnd(status)) {
      store.remember(null);
      set({ ...change, phase: status });
      return;
    }
    const isBusy = phase === 'waiting' || phase === 'slow';
    const isDeclined = intent.failure && intent.attemptCount > (before?.attemptCount ?? 0);
    const goesOn = status === 'processing' || (isBusy && !isDeclined);
    set({ ...change, phase: !goesOn ? 'pay' : isBusy ? phase : 'waiting' });
  }

  function follow(intent: Intent): void {
    unwatch();
    take(intent);
    if (isEnd(intent.status)) return;
    unwatch = gateway.watchIntent(intent.id, {
      next: (event) => take(event.intent, event.status),
      live: (live) => set({ live: live || isEnd(store.state.phase) }),
      failed: fail,
    });
  }

  function fail(error: unknown): void {
    const { code = 'FAILED', message = 'Try again.' } = (error ?? {}) as Partial<Trouble>;
    set({ trouble: { code, message } });
  }

  /** A mutation; its refusal becomes `trouble`. */
  async function attempt(change: Promise<Intent>): Promise<Intent | null> {
    try {
      return await change;
    } catch (error) {
      fail(error);
      return null;
    }
  }

  return {
    fail,
    unwatch: () => unwatch(),
    create: async (input: { packageId: string; idempotencyKey: string }) => {
      const { provider, currency, returnUrl = globalThis.location?.href } = options;
      const created = gateway.createIntent({ ...input, provider, currency, returnUrl });
      const intent = await attempt(created.then((made) => made.intent));
      if (intent) follow(intent);
      else set({ phase: 'choose' });
    },
    /** Finds the purchase that was followed before, or that a reload or the back button left behind; false: there is none. */
    resume: async () => {
      const { intent: known, phase } = store.state;
      if (known && !isEnd(phase)) {
        follow(known);
        return true;
      }
      const { key } = store.remembered() ?? {};
      if (!key || phase !== 'choose') return false;
      const intent = await gateway.intentBy({ idempotencyKey: key });
      // When it never arrived, nothing was bought.
      if (intent) follow(intent);
      else store.remember(null);
      return intent !== null;
    },
    act: async (change: (id: string) => Promise<Intent>) => {
      if (!store.state.intent) return;
      const intent = await attempt(change(store.state.intent.id));
      // An older answer must not undo what the live status told meanwhile.
      if (intent && !isEnd(store.state.phase)) take(intent);
      else if (!intent && store.state.phase === 'waiting') set({ phase: 'pay' });
    },
  };
}
