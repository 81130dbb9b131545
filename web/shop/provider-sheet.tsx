import type { Checkout, ProviderAction } from '@credits-gateway/client';
import { useEffect, useRef, useState } from 'react';

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
    checkout
      .show(place.current)
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
