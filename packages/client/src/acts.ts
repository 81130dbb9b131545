// What is asked of the gateway in the course of a purchase. Its refusals are the checkout's trouble.
import type { PurchaseOptions } from './checkout-types.ts';
import type { GatewayError } from './failure.ts';
import type { Purchase } from './purchase.ts';
import type { createStore } from './store.ts';
import type { CreateIntentInput, Intent, IntentLookup, Purchasing } from './types.ts';

type Proof = Readonly<Record<string, string>>;

// A proof that did not arrive is handed over again; the gateway takes the same one twice.
const AGAIN_MS = 3_000;

/** The intent of a purchase; where the gateway asks for a captcha, of the same again with what that gave. */
async function created(
  gateway: Purchasing,
  input: CreateIntentInput,
  solveCaptcha: PurchaseOptions['solveCaptcha'],
): Promise<Intent> {
  const { intent } = await gateway.createIntent(input).catch(async (error: GatewayError) => {
    // One that is left or cannot be shown is not solved: the gateway has said what is to be done.
    const captchaResponse = error.siteKey && (await solveCaptcha?.(error.siteKey).catch(() => null));
    if (!captchaResponse) throw error;
    return gateway.createIntent({ ...input, captchaResponse });
  });
  return intent;
}

/** A page in a frame may have no address of the web, to which nobody could be sent back. */
function ownAddress(): string | undefined {
  const { href = '' } = globalThis.location ?? {};
  return /^https?:/.test(href) ? href : undefined;
}

export function createActs(
  gateway: Purchasing,
  options: PurchaseOptions,
  store: ReturnType<typeof createStore>,
  purchase: Purchase,
) {
  /** Whether an answer still concerns what is shown, then takes it; a refusal is told, and the payer may go on. */
  async function act(change: (id: string) => Promise<Intent>): Promise<void> {
    const id = store.state.intent?.id;
    if (!id) return;
    try {
      const intent = await change(id);
      if (purchase.isOpen(id)) purchase.take(intent);
    } catch (error) {
      if (!purchase.isOpen(id)) return;
      purchase.fail(error);
      purchase.unconfirmed();
    }
  }

  /** Whoever has paid is not asked to pay again because the call that says so did not get through. */
  async function prove(id: string, proof: Proof): Promise<void> {
    const confirm = () =>
      gateway.confirmPayment({ id, proof }).catch((error: GatewayError) => {
        if (error.retryAfterSeconds === null) throw error;
        return null;
      });
    await act(async () => {
      for (;;) {
        const intent = await confirm();
        if (intent) return intent;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        if (!purchase.isOpen(id) && store.state.intent) return store.state.intent;
      }
    });
  }

  async function resume(providerIntentId?: string | null): Promise<void> {
    const { intent: known, phase } = store.state;
    if (known && phase !== 'choose') {
      if (purchase.isOpen(known.id)) purchase.follow(known);
      return;
    }
    const kept = store.remembered();
    const key = kept?.isLeft ? undefined : kept?.key;
    if (phase !== 'choose' || !(key || providerIntentId)) return;
    const by = (lookup: IntentLookup) => gateway.intentBy(lookup);
    const intent =
      (key ? await by({ idempotencyKey: key }) : null) ??
      (providerIntentId ? await by({ providerIntentId }) : null);
    if (store.state.phase !== 'choose') return;
    // When it never arrived, nothing was bought.
    if (intent) purchase.follow(intent);
    else store.remember(null);
  }

  return {
    ...purchase,
    act,
    confirm: async (proof: Proof) => {
      purchase.confirmed();
      if (store.state.intent) await prove(store.state.intent.id, proof);
    },
    create: async (input: CreateIntentInput) => {
      const { provider, currency, returnUrl = ownAddress(), solveCaptcha } = options;
      const kept = store.remembered();
      try {
        const intent = await created(gateway, { ...input, provider, currency, returnUrl }, solveCaptcha);
        // Once more: another tab that looked meanwhile found no purchase under it.
        store.remember(kept);
        purchase.follow(intent);
      } catch (error) {
        purchase.fail(error);
        store.set({ phase: 'choose' });
      }
    },
    /**
     * Finds the purchase that was followed before, or that a reload, the back button or another tab left behind.
     * @param providerIntentId what a provider that sent the payer back says that it was
     */
    resume,
    /** The same of one that the payer left, who wants it again. */
    again: () => {
      const kept = store.remembered();
      if (!kept) return;
      store.remember({ key: kept.key, packageId: kept.packageId });
      void resume().catch(purchase.fail);
    },
  };
}
