// Filters live in the address, so that a list can be sent to a colleague, and the back button goes back to it.
import { useMemo } from 'react';
import { useLocation, useSearch } from 'wouter';

export interface UrlState {
  readonly get: (name: string) => string | null;
  /** Several values of one name, separated by commas. */
  readonly list: (name: string) => string[];
  readonly set: (changes: Readonly<Record<string, string | readonly string[] | null>>) => void;
}

export function useUrlState(): UrlState {
  const search = useSearch();
  const [path, navigate] = useLocation();
  return useMemo(() => {
    const params = new URLSearchParams(search);
    return {
      get: (name) => params.get(name),
      list: (name) => params.get(name)?.split(',').filter(Boolean) ?? [],
      set: (changes) => {
        const next = new URLSearchParams(search);
        for (const [name, value] of Object.entries(changes)) {
          const text = typeof value === 'string' ? value : value?.join(',');
          if (text) next.set(name, text);
          else next.delete(name);
        }
        const query = next.toString();
        navigate(query ? `${path}?${query}` : path, { replace: true });
      },
    };
  }, [search, path, navigate]);
}
