import { useEffect, useRef, useState } from 'react';
import type { Checkout, NextAction } from '../checkout/client';
import { mountStripe } from '../checkout/sheets';

interface StripeSheetProps {
  readonly action: Extract<NextAction, { __typename: 'StripeConfirm' }>;
  readonly checkout: Checkout;
  readonly failed: (message: string) => void;
}

/** Stripe's Payment Element; its script comes with it and not before. */
export function StripeSheet({ action, checkout, failed }: StripeSheetProps) {
  const place = useRef<HTMLDivElement>(null);
  const [pay, setPay] = useState<(() => Promise<string | null>) | null>(null);
  const { clientSecret } = action;
  // The secret stands for the action, which is a new object with each event.
  useEffect(() => {
    if (!place.current) return;
    mountStripe(place.current, action, checkout)
      .then((confirm) => setPay(() => confirm))
      .catch((error: Error) => failed(error.message));
  }, [clientSecret]);
  return (
    <>
      <div ref={place} className="provider" />
      <button
        type="button"
        disabled={!pay}
        onClick={async () => {
          const message = await pay?.();
          if (message) failed(message);
        }}
      >
        Pay
      </button>
    </>
  );
}
