// Which provider takes a payment when the caller does not say.
import { descriptorOf, PROVIDER_NAMES } from '../providers/descriptors';
import type { Provider, ProviderName } from '../providers/provider';
import { refusalUnder } from '../providers/terms';

/**
 * Those that prefer the currency first, the others in their order.
 * @param amountMinor of a price: whoever takes it goes before those that only take the currency
 * @returns null: nobody takes it
 */
export function defaultProvider(
  providers: ReadonlyMap<ProviderName, Provider>,
  currency: string,
  amountMinor?: bigint,
): ProviderName | null {
  const takers = PROVIDER_NAMES.filter(
    (name) => providers.has(name) && descriptorOf(name).terms.has(currency),
  );
  const prefers = (name: ProviderName) => descriptorOf(name).prefers.includes(currency);
  const order = [...takers.filter(prefers), ...takers.filter((name) => !prefers(name))];
  const takesIt = (name: ProviderName) =>
    amountMinor === undefined || !refusalUnder(descriptorOf(name).terms, { amountMinor, currency });
  return order.find(takesIt) ?? order[0] ?? null;
}
