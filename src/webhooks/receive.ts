import { createHash } from 'node:crypto';
import type { GatewayIds } from '../db/gateway-ids';
import { isOurName } from '../intents/whose';
import type { Config } from '../kernel/config';
import { newId } from '../kernel/ids';
import { Fault } from '../kernel/invariant';
import { notFound } from '../kernel/problems';
import { PROVIDER_NAMES } from '../providers/descriptors';
import {
  type ProviderName,
  type VerifiedEvent,
  type WebhookHeaders,
  WebhookRejected,
} from '../providers/provider';
import type { WebhookDeps } from './deps';
import { WebhookEvent } from './event.entity';

// Razorpay counts an answer after 5 s as a failure; a second is for the way there and back.
// Source: razorpay.com/docs/webhooks/best-practices.
const STORED_WITHIN_MS = 4_000;

export interface Received {
  readonly id: string;
  /** False: this body was seen before. */
  readonly isNew: boolean;
  /** Resolves when the event has been worked; for shutdown and tests, nobody else waits for it. */
  readonly worked: Promise<void>;
}

/** Providers that have a webhook secret. Anybody can sign with an empty one, so it counts as none. */
export const webhookProvidersOf = (config: Pick<Config, 'providers'>): ReadonlySet<ProviderName> =>
  new Set(
    PROVIDER_NAMES.filter((name) => config.providers[name]?.webhookSecrets.some((secret) => secret !== '')),
  );

/**
 * Takes one webhook event: checks the signature over the bytes as they came, stores it, and works it once it is stored.
 * The caller answers the provider as soon as this resolves, because from then on nothing can lose the event.
 * @throws WebhookRejected when the signature, its age or the body is no good: nothing is stored.
 * @throws Problem NOT_FOUND when the provider is not enabled or has no webhook secret.
 * @throws what the database throws, or a Fault after 4 s without its answer: the provider has to send it again.
 */
export async function receiveWebhook(
  deps: WebhookDeps,
  providerName: ProviderName,
  body: Buffer,
  headers: WebhookHeaders,
): Promise<Received> {
  const event = eventOf(deps.intents.gatewayIds, providerName, verified(deps, providerName, body, headers));
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  deps.webhookCounts.storing++;
  const storing = deps.store({ ...event, body, bodySha256 }).finally(() => deps.webhookCounts.storing--);
  const stored = await inTime(storing).catch((error: unknown) => {
    deps.webhookCounts.notStored++;
    // Stored after all, too late to say so: it is worked, and the repeat will be a duplicate.
    storing.then(({ isNew }) => (isNew ? deps.workWebhookEvent(event) : undefined)).catch(() => undefined);
    throw error;
  });
  if (!stored.isNew) {
    deps.webhookCounts.duplicates++;
    return { ...stored, worked: Promise.resolve() };
  }
  deps.webhookCounts.stored++;
  deps.intents.log.info('webhook.received', {
    webhookEventId: stored.id,
    provider: providerName,
    type: event.type,
  });
  return { ...stored, worked: deps.workWebhookEvent(event) };
}

function verified(
  deps: WebhookDeps,
  providerName: ProviderName,
  body: Buffer,
  headers: WebhookHeaders,
): VerifiedEvent {
  const provider = deps.intents.providers.get(providerName);
  if (!provider || !deps.webhookProviders.has(providerName)) throw notFound('The webhook endpoint');
  try {
    return provider.verifyWebhook(body, headers, deps.clock.nowMs());
  } catch (error) {
    if (error instanceof WebhookRejected) deps.webhookCounts.rejected[error.reason]++;
    throw error;
  }
}

const eventOf = (
  gatewayIds: GatewayIds,
  provider: ProviderName,
  { gatewayId, ...told }: VerifiedEvent,
): WebhookEvent =>
  Object.assign(new WebhookEvent(), {
    ...told,
    id: newId('webhookEvent'),
    provider,
    // What another gateway made names an intent that is never here.
    intentId: isOurName(gatewayIds, gatewayId) ? told.ourIntentId : null,
    attemptCount: 0,
  });

async function inTime<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Fault('The database did not answer in time')), STORED_WITHIN_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
