// Signs webhook events the way each provider does. Pure.
import { createHmac } from 'node:crypto';
import type { ProviderName } from './objects';
import { PROVIDERS } from './providers';

/** By the provider's name. */
export type WebhookSecrets = Readonly<Record<ProviderName, string>>;

export interface Letter {
  readonly id: string;
  readonly provider: ProviderName;
  readonly body: string;
  /** True: the signature must not verify. */
  readonly forged: boolean;
}

/**
 * The headers of one delivery, lower-case.
 * @param nowMs the time of sending, milliseconds since 1970.
 */
export function signedHeaders(
  letter: Letter,
  secrets: WebhookSecrets,
  nowMs: number,
): Record<string, string> {
  const secret = secrets[letter.provider];
  // A forger does not know the secret.
  const sign = (text: string) => hmac(text, letter.forged ? `not ${secret}` : secret);
  return {
    'content-type': 'application/json; charset=utf-8',
    ...PROVIDERS[letter.provider].webhooks.headersOf(letter, sign, nowMs),
  };
}

const hmac = (text: string, secret: string) => createHmac('sha256', secret).update(text).digest('hex');
