import type { Pay } from '@credits-gateway/client/sheets';
import { createElement as h, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Purchase } from './use-purchase.ts';

export interface PaymentSheetProps {
  /** What usePurchase gives; in another phase than `pay` nothing is shown. */
  readonly purchase: Purchase;
  /** What stands on the button; left out, Pay. */
  readonly children?: ReactNode;
  /** Of the element around the sheet, the button and what went wrong (role="alert"). */
  readonly className?: string;
}

/** The payment sheet of a purchase, with the button that pays by it; in mock mode the list of what the simulated bank may do. */
export function PaymentSheet({ purchase, children = 'Pay', className }: PaymentSheetProps): ReactNode {
  const { checkout, phase, intent, decline, trouble } = purchase;
  const place = useRef<HTMLDivElement>(null);
  const [pay, setPay] = useState<Pay | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  // The action is a new object with each event; what it says stands for it.
  const action = phase === 'pay' && intent?.nextAction ? JSON.stringify(intent.nextAction) : null;
  useEffect(() => {
    if (!action || !place.current) return;
    // A place for this time alone: what is still on its way to an earlier one does not arrive in it.
    const at = document.createElement('div');
    place.current.append(at);
    let isHere = true;
    checkout.show(at).then(
      (ready) => isHere && setPay(() => ready),
      (error: Error) => isHere && setWrong(error.message),
    );
    return () => {
      isHere = false;
      at.remove();
      setPay(null);
      setWrong(null);
    };
  }, [checkout, action]);
  if (phase !== 'pay') return null;
  const onClick = async () => setWrong((await pay?.().catch((error: Error) => error.message)) ?? null);
  const told = wrong ?? trouble?.message ?? decline;
  return h(
    'div',
    { className },
    h('div', { ref: place }),
    told && h('p', { role: 'alert' }, told),
    h('button', { type: 'button', disabled: !pay, onClick }, children),
  );
}
