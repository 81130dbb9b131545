// The one check that decides whether news came from the provider: an HMAC over the bytes as they arrived, compared in
// constant time, against every secret that is valid now, so that a secret can be rotated without losing an event.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { WebhookHeaders } from './provider';

const SHA256_HEX = /^[0-9a-f]{64}$/;

/**
 * Whether one of `signatures` (hex) is the HMAC-SHA256 of `parts`, joined, under one of `secrets`.
 * An empty secret never counts: anybody can sign with it.
 */
export function isSigned(
  parts: readonly (string | Buffer)[],
  signatures: readonly string[],
  secrets: readonly string[],
): boolean {
  const given = signatures.filter((text) => SHA256_HEX.test(text)).map((text) => Buffer.from(text, 'hex'));
  let isMatch = false;
  for (const secret of secrets) {
    if (secret === '') continue;
    const hmac = createHmac('sha256', secret);
    for (const part of parts) hmac.update(part);
    const expected = hmac.digest();
    // No early return: the time taken does not say which secret matched.
    for (const signature of given) if (timingSafeEqual(expected, signature)) isMatch = true;
  }
  return isMatch;
}

/** A header's text, trimmed; its first value when a proxy repeated it; empty when it is absent. */
export function headerText(headers: WebhookHeaders, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? '';
}
