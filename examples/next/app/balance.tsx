'use client';

import { useBalance } from '@credits-gateway/react';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';

/** The balance: what the server rendered, then live. */
export function Balance({ rendered }: { readonly rendered: number }) {
  const { balance } = useBalance();
  const router = useRouter();
  const version = balance?.version;
  // What else the server rendered may have changed with it.
  useEffect(() => {
    if (version !== undefined) router.refresh();
  }, [version, router]);
  return (
    <output aria-live="polite">
      <b>{balance?.available ?? rendered}</b> credits
    </output>
  );
}
