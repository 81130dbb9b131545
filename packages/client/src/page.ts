// What the page around a checkout tells it: another tab began a purchase, or the browser's Back and Forward were pressed.
import type { Checkout } from './checkout-types.ts';
import { onBack } from './history.ts';
import { isEnd } from './purchase.ts';
import { REMEMBERED } from './store.ts';
import { onWake } from './wake.ts';

interface Answers {
  /** Finds a purchase that is remembered; `again`, also one that was left. */
  resume(): Promise<void>;
  again(): void;
  readonly hasHistory: boolean;
}

/** @returns what ends it; where there is no page, nothing happens */
export function listenToPage(checkout: Checkout, { resume, again, hasHistory }: Answers): () => void {
  if (typeof document === 'undefined') return () => {};
  const look = () => {
    if (checkout.state.phase === 'choose') void resume().catch(() => {});
  };
  const hear = ({ key, newValue }: StorageEvent) => {
    if (key === REMEMBERED && newValue) look();
  };
  const went = (intentId: string | null) => {
    const { phase, intent } = checkout.state;
    if (phase === 'choose' && intentId) again();
    else if (intentId === intent?.id) return;
    // A payment that is under way is not taken back by a button of the browser.
    else if (phase === 'pay') checkout.leave();
    else if (isEnd(phase)) checkout.restart();
  };
  addEventListener('storage', hear);
  const unwake = onWake(look);
  const unback = hasHistory ? onBack(went) : () => {};
  return () => {
    removeEventListener('storage', hear);
    unwake();
    unback();
  };
}
