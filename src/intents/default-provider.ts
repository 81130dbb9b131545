// Which provider takes a payment when the caller does not say.
import type { Provider, ProviderName } from '../providers/provider';

/** Razorpay serves UPI and netbanking, which is how India pays; Stripe takes the rest. Null: nobody takes it. */
export function defaultProvider(
  providers: ReadonlyMap<ProviderName, Provider>,
  currency: string,
): ProviderName | null {
  const order: ProviderName[] = currency === 'INR' ? ['razorpay', 'stripe'] : ['stripe', 'razorpay'];
  return order.find((name) => providers.get(name)?.capabilities.currencies.includes(currency)) ?? null;
}
