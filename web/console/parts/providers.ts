// The providers that a list can be filtered by: those that the gateway takes money with, and those that it has rows of.
import { useQuery } from 'urql';
import { SoldDocument } from '../../gql/graphql';
import type { UrlState } from './url-state';

/** @param rows what is shown: of a provider that was switched off there are still payments */
export function useProviders(
  state: Pick<UrlState, 'list'>,
  rows: readonly { readonly provider: string }[],
): readonly string[] {
  const [{ data }] = useQuery({ query: SoldDocument, variables: {}, requestPolicy: 'cache-first' });
  const configured = data?.checkoutConfig.providers.map(({ provider }) => provider) ?? [];
  return [
    ...new Set<string>([...configured, ...state.list('provider'), ...rows.map(({ provider }) => provider)]),
  ];
}
