// What an error of stripe-node means for the caller. The rule above all: only Stripe's own word says that nothing
// happened; every doubt is `unknown`. Decided by status and code, never by a message.
import Stripe from 'stripe';
import { z } from 'zod';
import { TurnDenied } from '../../limits/call-queue';
import type { Failure } from '../provider';
import { heldBack, retryAfter } from '../transport';
import { toFailure } from './failures';

/** The SDK types these fields and copies whatever came: a word that is no text counts as not said. */
const word = z.string().nullish().catch(null);
const errorSchema = z.object({
  statusCode: z.int().catch(0),
  rawType: word,
  code: word,
  decline_code: word,
  advice_code: word,
  message: z.string().catch(''),
  headers: z.record(z.string(), z.unknown()).catch({}),
});

/** Total: whatever was thrown, by the SDK, by the wire or by our own reading of the answer. */
export function failureOf(error: unknown): Failure {
  if (error instanceof TurnDenied) return heldBack(error);
  if (!(error instanceof Stripe.errors.StripeError)) return { kind: 'unknown', reason: 'bad_response' };
  if (error instanceof Stripe.errors.StripeConnectionError) return connectionFailure(error);
  const words = errorSchema.safeParse(error).data;
  if (!words) return { kind: 'unknown', reason: 'bad_response' };
  const { statusCode: status, rawType } = words;
  const code = words.code ?? rawType ?? 'unknown';
  const message = withoutKeys(words.message);
  if (status >= 500) return { kind: 'unknown', reason: 'server_error' };
  if (status === 429)
    return code === 'lock_timeout'
      ? { kind: 'retryable', reason: 'locked' }
      : { kind: 'retryable', reason: 'rate_limited', ...retryAfter(words.headers['retry-after']) };
  if (status === 409) return { kind: 'retryable', reason: 'in_progress' };
  if (status === 402) return { kind: 'declined', ...toFailure(words) };
  if (status === 401 || status === 403) return { kind: 'misconfigured', message };
  if (CONFLICTS.has(code)) return { kind: 'conflict', code, message };
  if (status === 404 || code === 'resource_missing') return { kind: 'not_found', message };
  if (rawType === 'idempotency_error') return { kind: 'rejected', code: 'idempotency_mismatch', message };
  if (status >= 400) return { kind: 'rejected', code, message };
  return { kind: 'unknown', reason: 'bad_response' };
}

/** The object is not where the request thought it was. Source: docs.stripe.com/error-codes. */
const CONFLICTS = new Set([
  'payment_intent_unexpected_state',
  'charge_already_captured',
  'charge_already_refunded',
  'charge_disputed',
]);

/**
 * The request may have been carried out, even on "connection refused": after a reset the SDK sends once more, retries
 * or not, and shows only how the second try ended.
 */
function connectionFailure(error: { readonly detail?: unknown }): Failure {
  const cause = (error.detail as { readonly code?: unknown } | undefined)?.code;
  return { kind: 'unknown', reason: cause === 'ETIMEDOUT' ? 'timeout' : 'connection_lost' };
}

/** Stripe repeats the key, or its ends, in what it says about a wrong one. */
const withoutKeys = (message: string) => message.replace(/\b[a-z]k_(test|live)_[\w*]+/g, 'the key');
