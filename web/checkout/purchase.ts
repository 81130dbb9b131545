// One purchase at the gateway: what it answers and what its live status tells decide the phase.
import { type CallFailed, connect, DOCUMENTS } from './gateway';
import type { createStore } from './store';
import type { CheckoutOptions, CreditPackage, Intent } from './types';

interface Answer {
  readonly payload: {
    readonly intent: Intent | null;
    readonly errors: readonly { code: string; message: string }[];
  };
}

const isEnd = (status: string) => status === 'succeeded' || status === 'failed' || status === 'canceled';

export function createPurchase(options: CheckoutOptions, store: ReturnType<typeof createStore>) {
  const gateway = connect(options);
  const { set } = store;
  let unwatch = () => {};

  /** What the browser did only fills the time until the gateway says what happened. */
  function take(intent: Intent, status = intent.status): void {
    const { intent: before, phase } = store.state;
    const change = { intent, trouble: null, decline: intent.failure?.message ?? null };
    if (status === 'succeeded' || status === 'failed' || status === 'canceled') {
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
    let seen = 0;
    take(intent);
    if (isEnd(intent.status)) return;
    unwatch = gateway.watch(intent.id, {
      next: (event) => {
        if (event.sequence < seen) return;
        seen = event.sequence;
        take(event.intent, event.status);
      },
      live: (live) => set({ live: live || isEnd(store.state.phase) }),
      failed: fail,
    });
  }

  function fail(error: unknown): void {
    const { code = 'FAILED', message = 'Try again.' } = (error ?? {}) as CallFailed;
    set({ trouble: { code, message } });
  }

  /** One mutation; its refusal becomes `trouble`. */
  async function change(name: keyof typeof DOCUMENTS, input: object): Promise<Intent | null> {
    try {
      const { payload } = await gateway.call<Answer>(DOCUMENTS[name], { input });
      if (payload.errors[0]) fail(payload.errors[0]);
      return payload.intent;
    } catch (error) {
      fail(error);
      return null;
    }
  }

  return {
    fail,
    unwatch: () => unwatch(),
    packages: async () => {
      const { currency } = options;
      return (await gateway.call<{ packages: CreditPackage[] }>(DOCUMENTS.packages, { currency })).packages;
    },
    create: async (input: { packageId: string; idempotencyKey: string }) => {
      const { provider, currency, returnUrl = location.href } = options;
      const intent = await change('create', { ...input, provider, currency, returnUrl });
      if (intent) follow(intent);
      else set({ phase: 'choose' });
    },
    /** Finds the purchase that a reload or the back button left behind; false when there is none. */
    resume: async () => {
      const { key } = store.remembered() ?? {};
      if (!key) return false;
      const { intentBy } = await gateway.call<{ intentBy: Intent | null }>(DOCUMENTS.find, { key });
      // When it never arrived, nothing was bought.
      if (intentBy) follow(intentBy);
      else store.remember(null);
      return intentBy !== null;
    },
    act: async (name: 'simulate' | 'confirm' | 'sync' | 'cancel', input: object = {}) => {
      if (!store.state.intent) return;
      const intent = await change(name, { id: store.state.intent.id, ...input });
      // An older answer must not undo what the live status told meanwhile.
      if (intent && !isEnd(store.state.phase)) take(intent);
      else if (!intent && store.state.phase === 'waiting') set({ phase: 'pay' });
    },
  };
}
