// Whose something at a provider is of which nothing here knows: several businesses, or integrations, may sell by one account. What a
// gateway made names its intent; whatever does not is somebody else's, and is left alone.
import { kindOf } from '../kernel/ids';
import type { IntentRecord } from '../providers/intent-record';
import type { Failure, Provider, ProviderName } from '../providers/provider';
import type { IntentDeps } from './deps';

export type Whose =
  /** It names an intent of ours: one that is to come, or that was lost. */
  | { readonly kind: 'ours' }
  | { readonly kind: 'foreign' }
  /** The provider has no such thing under our keys. */
  | { readonly kind: 'not_there' }
  | Failure;

export interface Named {
  readonly providerIntentId: string | null;
  readonly providerPaymentId: string | null;
}

/** What was recognised as somebody else's by this process since its start, by provider and by what it was. */
export const foreignCounts = new Map<
  string,
  { provider: ProviderName; what: 'event' | 'line'; count: number }
>();

export function countForeign(provider: ProviderName, what: 'event' | 'line', count = 1): void {
  const key = `${provider} ${what}`;
  const before = foreignCounts.get(key)?.count ?? 0;
  foreignCounts.set(key, { provider, what, count: before + count });
}

/** Whether an object names an intent as gateways do. */
export const isMadeByGateway = ({ ourIntentId }: Pick<IntentRecord, 'ourIntentId'>): boolean =>
  ourIntentId !== null && kindOf(ourIntentId) === 'intent';

/** Asks the provider what an object, or a payment, says of itself. */
export async function whoseIs(
  { providerTimeoutMs: timeoutMs }: Pick<IntentDeps, 'providerTimeoutMs'>,
  provider: Provider,
  { providerIntentId, providerPaymentId }: Named,
): Promise<Whose> {
  const told =
    providerIntentId === null ? NOT_THERE : await whoseObject(provider, providerIntentId, timeoutMs);
  if (told.kind !== 'not_there' || providerPaymentId === null) return told;
  const asked = await provider.getIntentIdOfPayment(providerPaymentId, { timeoutMs });
  if (asked.kind === 'not_found') return NOT_THERE;
  if (asked.kind !== 'ok') return asked;
  // Each payment of ours is on an object that we made.
  return asked.value === null ? { kind: 'foreign' } : whoseObject(provider, asked.value, timeoutMs);
}

const NOT_THERE = { kind: 'not_there' } as const;

async function whoseObject(provider: Provider, id: string, timeoutMs: number): Promise<Whose> {
  const record = await provider.getIntentRecord(id, { timeoutMs });
  if (record.kind === 'ok') return { kind: isMadeByGateway(record.value) ? 'ours' : 'foreign' };
  return record.kind === 'not_found' ? NOT_THERE : record;
}
