// Every provider that the stand-in plays: the one list of them that this package has.
import type { SimulatedProvider } from './provider';
import { razorpay } from './razorpay/provider';
import { stripe } from './stripe/provider';

export const PROVIDERS = { stripe, razorpay };

export type ProviderName = keyof typeof PROVIDERS;

export const PROVIDER_NAMES = Object.keys(PROVIDERS) as readonly ProviderName[];

export const isProviderName = (name: unknown): name is ProviderName =>
  typeof name === 'string' && Object.hasOwn(PROVIDERS, name);

/** The same thing of each provider, by its name. */
export const byProvider = <Value>(
  of: (provider: SimulatedProvider, name: ProviderName) => Value,
): Record<ProviderName, Value> =>
  Object.fromEntries(PROVIDER_NAMES.map((name) => [name, of(PROVIDERS[name], name)])) as Record<
    ProviderName,
    Value
  >;
