import { useEffect, useRef, useState } from 'react';
import type { Checkout } from '../checkout/client';
import { type ProviderAction, readySheet } from '../checkout/sheets';

interface ProviderSheetProps {
  readonly action: ProviderAction;
  readonly checkout: Checkout;
  readonly failed: (message: string) => void;
}

/** A provider's payment sheet; its script comes with it and not before. */
export function ProviderSheet({ action, checkout, failed }: ProviderSheetProps) {
  const place = useRef<HTMLDivElement>(null);
  const [pay, setPay] = useState<(() => Promise<string | null>) | null>(null);
  // The action is a new object with each event; what it says stands for it.
  const said = JSON.stringify(action);
  useEffect(() => {
    if (!place.current) return;
    readySheet(place.current, action, checkout)
      .then((ready) => setPay(() => ready))
      .catch((error: Error) => failed(error.message));
  }, [said]);
  return (
    <>
      <div ref={place} className="provider" />
      <button
        type="button"
        disabled={!pay}
        onClick={async () => {
          const message = await pay?.().catch((error: Error) => error.message);
          if (message) failed(message);
        }}
      >
        Pay
      </button>
    </>
  );
}
