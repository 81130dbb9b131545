// What was recognised as somebody else's, for whoever runs the gateway.
import type { ProviderName } from '../providers/provider';

/** Of this process since its start. */
export interface ForeignCounts {
  add(provider: ProviderName, what: 'event' | 'line', count: number): void;
  all(): readonly {
    readonly provider: ProviderName;
    readonly what: 'event' | 'line';
    readonly count: number;
  }[];
}

export function createForeignCounts(): ForeignCounts {
  const counts = new Map<string, { provider: ProviderName; what: 'event' | 'line'; count: number }>();
  return {
    add: (provider, what, count) => {
      const name = `${provider} ${what}`;
      const known = counts.get(name);
      if (known) known.count += count;
      else counts.set(name, { provider, what, count });
    },
    all: () => [...counts.values()],
  };
}
