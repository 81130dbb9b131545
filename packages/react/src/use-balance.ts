import type { Balance, Gateway, Trouble } from '@credits-gateway/client';
import { useGateway } from './gateway-context.ts';
import { createSource, sourceOf, useSource } from './source.ts';

export interface LiveBalance<Known = Balance | null> {
  /** Null until it is known. */
  readonly balance: Known;
  /** Credits that the last change added (+) or took (-); null before one. */
  readonly delta: number | null;
  /** False while the connection is away; it comes back by itself. */
  readonly live: boolean;
  readonly trouble: Trouble | null;
  /** Reads it again, as after a failure. */
  readonly reload: () => Promise<void>;
}

export interface BalanceOptions {
  /** Wait under <Suspense> until it is there; a failure is thrown to the error boundary. */
  readonly suspense?: boolean;
}

interface Change {
  readonly delta: number | null;
  readonly live: boolean;
}

const sourceFor = (gateway: Gateway) =>
  createSource<Balance, Change>(
    { delta: null, live: false },
    () => gateway.balance(),
    (set) => {
      const unwatch = gateway.watchBalance({
        next: ({ balance, delta }) => set({ value: balance, delta, trouble: null }),
        live: (live) => set({ live }),
        failed: ({ code, message }) => set({ trouble: { code, message }, live: false }),
      });
      return () => {
        unwatch();
        set({ live: false });
      };
    },
  );

/** The user's balance, live: one stream however many components show it. */
export function useBalance(options: BalanceOptions & { readonly suspense: true }): LiveBalance<Balance>;
export function useBalance(options?: BalanceOptions): LiveBalance;
export function useBalance({ suspense }: BalanceOptions = {}): LiveBalance {
  const gateway = useGateway();
  const source = sourceOf(gateway, 'balance', () => sourceFor(gateway));
  const { value, ...state } = useSource(source, suspense);
  return { balance: value, ...state, reload: source.load };
}
