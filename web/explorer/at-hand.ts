// What there is to fill an example's variables with, asked with the token of whoever explores.
import type { AtHand } from './variables';

export type Ask = (
  query: string,
  variables?: Record<string, unknown>,
) => Promise<Record<string, unknown> | null>;

/** One question over HTTP; null for the parts that the caller may not see. */
export const askWith =
  (token: string | null): Ask =>
  async (query, variables = {}) => {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify({ query, variables }),
    });
    return ((await response.json()) as { data: Record<string, unknown> | null }).data;
  };

interface Found {
  readonly intents?: {
    readonly nodes: readonly { id: string; idempotencyKey: string; providerIntentId: string | null }[];
  };
  readonly admin?: {
    readonly webhookEvents: { readonly nodes: readonly { id: string }[] };
    readonly webhookEndpoints: readonly { id: string }[];
    readonly deliveries: { readonly nodes: readonly { id: string }[] };
  } | null;
}

const INTENTS = '{ intents(first: 1) { nodes { id idempotencyKey providerIntentId } } }';
const ADMIN =
  '{ admin { webhookEvents(first: 1) { nodes { id } } webhookEndpoints { id } deliveries(first: 1) { nodes { id } } } }';

export async function atHand(ask: Ask): Promise<AtHand> {
  const [mine, all] = (await Promise.all([ask(INTENTS), ask(ADMIN)])) as (Found | null)[];
  const intent = mine?.intents?.nodes[0];
  return {
    intentId: intent?.id ?? null,
    providerIntentId: intent?.providerIntentId ?? null,
    idempotencyKey: intent?.idempotencyKey ?? null,
    webhookEventId: all?.admin?.webhookEvents.nodes[0]?.id ?? null,
    endpointId: all?.admin?.webhookEndpoints[0]?.id ?? null,
    deliveryId: all?.admin?.deliveries.nodes[0]?.id ?? null,
  };
}
