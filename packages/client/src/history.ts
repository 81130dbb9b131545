// The browser's Back, from the payment to the packages: one entry of the page's history for each purchase.
const MARK = 'creditsGateway';

/** What a provider adds to the address to which it sends a payer back. One of them is a secret. */
const OF_RETURN = ['payment_intent', 'payment_intent_client_secret', 'redirect_status', 'source_type'];

const marked = (state: unknown): unknown => (state as Record<string, unknown> | null)?.[MARK];

/** The entry of a purchase, unless it is the one that is shown. */
export function enter(intentId: string): void {
  if (marked(history.state) !== intentId) history.pushState({ ...history.state, [MARK]: intentId }, '');
}

/** Calls back with the intent whose entry is shown now, null for none. @returns what ends that */
export function onBack(told: (intentId: string | null) => void): () => void {
  const listen = ({ state }: PopStateEvent) => told((marked(state) as string | undefined) ?? null);
  addEventListener('popstate', listen);
  return () => removeEventListener('popstate', listen);
}

/** Takes from the page's address what a provider put there. @returns its number of the payment; null: nobody came back */
export function takeReturn(): string | null {
  const { href = '' } = globalThis.location ?? {};
  if (!/^https?:.*[?&](payment_intent|redirect_status)=/.test(href)) return null;
  const url = new URL(href);
  const payment = url.searchParams.get('payment_intent');
  for (const name of OF_RETURN) url.searchParams.delete(name);
  history.replaceState(history.state, '', url);
  return payment ?? '';
}
