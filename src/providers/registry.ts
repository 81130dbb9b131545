// Which providers this process has. One without keys is absent, never replaced by a pretence.
import type { Turn } from '../limits/call-queue';
import type { AdapterSettings } from './descriptor';
import { DESCRIPTORS, PROVIDER_NAMES } from './descriptors';
import type { Provider, ProviderName } from './provider';
import type { Line, Transport } from './transport';

export type ByProvider<Of> = Readonly<Partial<Record<ProviderName, Of>>>;

export interface ProviderOptions {
  /** One that is absent is disabled. */
  readonly settings: ByProvider<AdapterSettings>;
  /** Replaces the network, e.g. by the simulator in this process. */
  readonly transports?: ByProvider<Transport>;
  /** How the calls to each are paced, and who hears of them; absent: not at all, nobody. */
  readonly lines?: ByProvider<Line>;
}

/**
 * One adapter, with one SDK client, for each provider that has a configuration.
 * @throws ConfigError for an apiBase that cannot be used.
 * @throws Fault when an installed SDK is not built as the one that its adapter was written against.
 */
export function createProviders(options: ProviderOptions): ReadonlyMap<ProviderName, Provider> {
  const { settings, transports, lines } = options;
  const providers = new Map<ProviderName, Provider>();
  for (const name of PROVIDER_NAMES) {
    const own = settings[name];
    if (own) providers.set(name, DESCRIPTORS[name].create(own, transports?.[name], lines?.[name]));
  }
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
