// Which providers this process has. One without keys is absent, never replaced by a pretence.
import type { RazorpayConfig, StripeConfig } from '../kernel/provider-config';
import type { Turn } from '../limits/call-queue';
import type { Provider, ProviderName } from './provider';
import { createRazorpayProvider } from './razorpay/client';
import { createStripeProvider } from './stripe/client';
import type { Line, Transport } from './transport';

export interface ProviderOptions {
  /** Null: the provider is disabled. */
  readonly stripe: StripeConfig | null;
  readonly razorpay: RazorpayConfig | null;
  /** Replaces the network for one or both, e.g. by the simulator in this process. */
  readonly transports?: { readonly stripe?: Transport; readonly razorpay?: Transport };
  /** How the calls to each are paced, and who hears of them; absent: not at all, nobody. */
  readonly lines?: { readonly stripe?: Line; readonly razorpay?: Line };
}

/**
 * One adapter, with one SDK client, for each provider that has a configuration.
 * @throws ConfigError for an apiBase that cannot be used.
 * @throws Fault when an installed SDK is not built as the one that its adapter was written against.
 */
export function createProviders(options: ProviderOptions): ReadonlyMap<ProviderName, Provider> {
  const { stripe, razorpay, transports, lines } = options;
  const providers = new Map<ProviderName, Provider>();
  if (stripe) providers.set('stripe', createStripeProvider(stripe, transports?.stripe, lines?.stripe));
  if (razorpay)
    providers.set('razorpay', createRazorpayProvider(razorpay, transports?.razorpay, lines?.razorpay));
  return providers;
}

/** What works with providers, with calls that wait in another turn. */
export const inTurn = <Deps extends { readonly providers: ReadonlyMap<ProviderName, Provider> }>(
  deps: Deps,
  turn: Turn,
): Deps => ({
  ...deps,
  providers: new Map([...deps.providers].map(([name, provider]) => [name, provider.inTurn(turn)])),
});
