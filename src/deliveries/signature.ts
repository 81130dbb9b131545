// Signs deliveries as the Standard Webhooks specification says (github.com/standard-webhooks/standard-webhooks), so that
// receivers verify them with a library that they already have.
import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';
// The specification asks for 24 to 64 bytes.
const SECRET_BYTES = 32;

/** What the secrets of endpoints are sealed for. */
export const SECRET_PURPOSE = 'endpoint secret';

export const newSecret = (): string => PREFIX + randomBytes(SECRET_BYTES).toString('base64');

export interface Message {
  /** The same on every attempt: what the receiver drops repeats by. */
  readonly id: string;
  /** The text that is sent, byte for byte. */
  readonly body: string;
}

/**
 * The headers that prove who sent a message, and when.
 * @param secrets all that are live: a receiver may have changed to the new one already, or not yet.
 * @param nowMs the moment of this attempt, so that a receiver can refuse what was recorded and played again.
 */
export function signedHeaders(
  message: Message,
  secrets: readonly string[],
  nowMs: number,
): Record<string, string> {
  const timestamp = Math.floor(nowMs / 1000);
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'));
    return `v1,${hmac.update(`${message.id}.${timestamp}.${message.body}`).digest('base64')}`;
  });
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': signatures.join(' '),
  };
}
