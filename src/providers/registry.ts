// Which providers this process has. One without keys is absent, never replaced by a pretence.
import type { RazorpayConfig, StripeConfig } from '../kernel/provider-config';
import type { Provider, ProviderName } from './provider';
import { createRazorpayProvider } from './razorpay/client';
import { createStripeProvider } from './stripe/client';
import type { Transport } from './transport';

export interface ProviderOptions {
  /** Null: the provider is disabled. */
  readonly stripe: StripeConfig | null;
  readonly razorpay: RazorpayConfig | null;
  /** Replaces the network for one or both, e.g. by the simulator in this process. */
  readonly transports?: { readonly stripe?: Transport; readonly razorpay?: Transport };
}

/**
 * One adapter, with one SDK client, for each provider that has a configuration.
 * @throws ConfigError for an apiBase that cannot be used.
 * @throws Fault when an installed SDK is not built as the one that its adapter was written against.
 */
export function createProviders(options: ProviderOptions): ReadonlyMap<ProviderName, Provider> {
  const { stripe, razorpay, transports } = options;
  const providers = new Map<ProviderName, Provider>();
  if (stripe) providers.set('stripe', createStripeProvider(stripe, transports?.stripe));
  if (razorpay) providers.set('razorpay', createRazorpayProvider(razorpay, transports?.razorpay));
  return providers;
}
