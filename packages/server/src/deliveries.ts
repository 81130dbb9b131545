// Deliveries of the gateway, believed only when it signed them (Standard Webhooks 1.0: https://www.standardwebhooks.com).
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { DeliveryEvent } from './delivery-event';

export type { DeliveryEvent, DeliveryType } from './delivery-event';

/** Headers as Node's server has them, or as fetch's Request has them. */
export type DeliveryHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | { get(name: string): string | null };

export interface DeliveryRequest {
  readonly headers: DeliveryHeaders;
  /** What arrived, byte for byte: JSON that was parsed and written again has another signature. */
  readonly body: string | Uint8Array;
}

/** A request that the gateway did not sign, or that somebody plays again. Answer it with 400. */
export class DeliveryRefused extends Error {
  override readonly name = 'DeliveryRefused';
}

// Older is a recording, newer is another clock (the specification's own tolerance).
const TOLERANCE_SECONDS = 5 * 60;

/**
 * @param secrets `whsec_…` of the endpoint; both while it is being changed
 * @param nowMs milliseconds since 1970
 * @returns the event
 * @throws DeliveryRefused
 */
export function verifyDelivery(
  { headers, body }: DeliveryRequest,
  secrets: string | readonly string[],
  nowMs = Date.now(),
): DeliveryEvent {
  const [id, timestamp, signatures] = ['id', 'timestamp', 'signature'].map((name) =>
    header(headers, `webhook-${name}`),
  );
  if (!id || !signatures || !timestamp || !/^\d+$/.test(timestamp))
    throw new DeliveryRefused('The request has no signature of the gateway.');
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > TOLERANCE_SECONDS)
    throw new DeliveryRefused('The request was signed too long ago, or the clocks differ.');
  const keys = (typeof secrets === 'string' ? secrets.split(',') : secrets).map(keyOf);
  if (!keys.some((key) => isSigned(key, `${id}.${timestamp}.`, body, signatures)))
    throw new DeliveryRefused('The signature is not of this secret, or the body was changed on its way.');
  return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body));
}

/**
 * What an event's `sequence` counts the changes of: compare two events only when this is the same. Null for `test.ping`, which
 * counts nothing.
 * @returns such as `intent int_…`, `hold hold_…`, `balance user_1`, `low user_1`, `code SPRING-2026` or `attack atk_…`
 */
export function subjectOf({ type, data, userId }: DeliveryEvent): string | null {
  const { intentId, holdId, attackId, code } = data as Partial<
    Record<'intentId' | 'holdId' | 'attackId' | 'code', string>
  >;
  switch (type.slice(0, type.indexOf('.'))) {
    // What happens to an intent's money afterwards is counted with it.
    case 'intent':
    case 'refund':
    case 'dispute':
      return `intent ${intentId}`;
    // Of one purchase, or of the whole shop.
    case 'risk':
      return attackId ? `attack ${attackId}` : `intent ${intentId}`;
    case 'hold':
      return `hold ${holdId}`;
    // How often a balance was low is counted by itself.
    case 'credits':
      return `${type === 'credits.low' || type === 'credits.depleted' ? 'low' : 'balance'} ${userId}`;
    case 'promo':
      return `code ${code}`;
    default:
      return null;
  }
}

function header(headers: DeliveryHeaders, name: string): string | undefined {
  const value =
    typeof headers.get === 'function'
      ? (headers as { get(name: string): string | null }).get(name)
      : (headers as Readonly<Record<string, string | readonly string[] | undefined>>)[name];
  return (typeof value === 'object' ? value?.[0] : value) ?? undefined;
}

const SECRET = /^whsec_[A-Za-z0-9+/]+=*$/;

function keyOf(secret: string): Buffer {
  // An empty one would believe whoever signs with nothing.
  if (!SECRET.test(secret.trim()))
    throw new TypeError('verifyDelivery: a secret is whsec_…, as createWebhookEndpoint answered it.');
  return Buffer.from(secret.trim().slice('whsec_'.length), 'base64');
}

function isSigned(key: Buffer, head: string, body: string | Uint8Array, signatures: string): boolean {
  const expected = createHmac('sha256', key).update(head).update(body).digest();
  return signatures.split(' ').some((signature) => {
    const [scheme, value = ''] = signature.split(',');
    const given = Buffer.from(value, 'base64');
    return scheme === 'v1' && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
