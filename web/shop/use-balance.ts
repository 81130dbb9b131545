// The balance, live: a snapshot first, then every change.
import { createClient } from 'graphql-ws';
import { useEffect, useState } from 'react';

const WATCH =
  'subscription ShopBalance($after: String) { balanceChanged(after: $after) { cursor delta balance { credits } } }';

interface BalanceEvent {
  readonly balanceChanged: {
    readonly cursor: string;
    readonly delta: number | null;
    readonly balance: { readonly credits: number };
  };
}

export function useBalance(token: string) {
  const [state, set] = useState<{ credits: number | null; delta: number | null; live: boolean }>({
    credits: null,
    delta: null,
    live: false,
  });
  useEffect(() => {
    let cursor: string | undefined;
    const client = createClient({
      url: `${location.origin.replace('http', 'ws')}/graphql`,
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      on: {
        connected: () => set((now) => ({ ...now, live: true })),
        closed: () => set((now) => ({ ...now, live: false })),
      },
    });
    const variables = {
      get after() {
        return cursor;
      },
    };
    client.subscribe<BalanceEvent>(
      { query: WATCH, variables },
      {
        next: ({ data }) => {
          if (!data) return;
          const { delta, balance } = data.balanceChanged;
          cursor = data.balanceChanged.cursor;
          set({ credits: balance.credits, delta, live: true });
        },
        error: () => set((now) => ({ ...now, live: false })),
        complete: () => {},
      },
    );
    return () => void client.dispose();
  }, [token]);
  return state;
}
