// Whose something at a provider is of which nothing here knows: several businesses, or integrations, may sell by one account. What a
// gateway made names its intent and the gateway; whatever does not is somebody else's, and is left alone.
import type { GatewayIds } from '../db/gateway-ids';
import { kindOf } from '../kernel/ids';
import type { IntentRecord } from '../providers/intent-record';
import type { Failure, Provider } from '../providers/provider';
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

/** Whether an id is one of an intent, as gateways make them. */
export const isIntentId = (id: string | null): boolean => id !== null && kindOf(id) === 'intent';

/** Whether an object that carries this was made by this gateway; what says nothing may be of before gateways had ids. */
export const isOurName = (gatewayIds: GatewayIds, gatewayId: string | null | undefined): boolean =>
  !gatewayId || gatewayIds.includes(gatewayId);

/** Whether an object names an intent as this gateway does. */
export const isOurs = (
  gatewayIds: GatewayIds,
  { ourIntentId, metadata }: Pick<IntentRecord, 'ourIntentId' | 'metadata'>,
): boolean => isIntentId(ourIntentId) && isOurName(gatewayIds, metadata['gateway_id']);

/** Asks the provider what an object, or a payment, says of itself. */
export async function whoseIs(
  deps: Pick<IntentDeps, 'gatewayIds' | 'providerTimeoutMs'>,
  provider: Provider,
  { providerIntentId, providerPaymentId }: Named,
): Promise<Whose> {
  const told = providerIntentId === null ? NOT_THERE : await whoseObject(deps, provider, providerIntentId);
  if (told.kind !== 'not_there' || providerPaymentId === null) return told;
  const asked = await provider.getIntentIdOfPayment(providerPaymentId, {
    timeoutMs: deps.providerTimeoutMs,
  });
  if (asked.kind === 'not_found') return NOT_THERE;
  if (asked.kind !== 'ok') return asked;
  // Each payment of ours is on an object that we made.
  return asked.value === null ? { kind: 'foreign' } : whoseObject(deps, provider, asked.value);
}

const NOT_THERE = { kind: 'not_there' } as const;

async function whoseObject(
  { gatewayIds, providerTimeoutMs: timeoutMs }: Pick<IntentDeps, 'gatewayIds' | 'providerTimeoutMs'>,
  provider: Provider,
  id: string,
): Promise<Whose> {
  const record = await provider.getIntentRecord(id, { timeoutMs });
  if (record.kind === 'ok') return { kind: isOurs(gatewayIds, record.value) ? 'ours' : 'foreign' };
  return record.kind === 'not_found' ? NOT_THERE : record;
}
