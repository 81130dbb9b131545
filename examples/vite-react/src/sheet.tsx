// The payment sheet of the provider, or the simulated bank's in mock mode: the checkout draws it, whichever it is.
import type { Purchase } from '@credits-gateway/react';
import { useEffect, useRef, useState } from 'react';

export function Sheet({ intent, decline, checkout }: Purchase) {
  const place = useRef<HTMLDivElement>(null);
  const [pay, setPay] = useState<(() => Promise<string | null>) | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const action = intent?.nextAction ?? null;
  // The action is a new object with each event; what it says stands for it.
  const said = JSON.stringify(action);

  useEffect(() => {
    if (!action || !place.current) return;
    // A place of its own for each sheet: what is drawn there late is gone with it.
    const at = document.createElement('div');
    place.current.append(at);
    let isGone = false;
    checkout.show(at).then(
      (ready) => isGone || setPay(() => ready),
      (error: Error) => isGone || setTrouble(error.message),
    );
    return () => {
      isGone = true;
      at.remove();
      setPay(null);
    };
  }, [checkout, said]);

  const confirm = async () => setTrouble((await pay?.().catch((error: Error) => error.message)) ?? null);
  return (
    <>
      <div ref={place} className="sheet" />
      {(trouble ?? decline) && (
        <p role="alert">{trouble ?? `${decline?.replace(/\.?$/, '.')} You can try again.`}</p>
      )}
      <p className="row">
        <button type="button" disabled={!pay} onClick={confirm}>
          Pay
        </button>
        <button type="button" className="plain" onClick={() => checkout.cancel()}>
          Cancel
        </button>
      </p>
    </>
  );
}
