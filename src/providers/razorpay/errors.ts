// What a rejection of the Razorpay SDK means for the caller. Unknown ids and wrong keys come as HTTP 400 among all the
// others, so that the text has to be read where the status says too little; every doubt is `unknown`.
import { z } from 'zod';
import { TurnDenied } from '../../limits/call-queue';
import type { Failure } from '../provider';
import { heldBack, retryAfter } from '../transport';

/** The SDK rejects with this, no Error; http-client.ts makes it say 0 where no answer came. */
const rejectionSchema = z.object({ statusCode: z.coerce.number().int(), error: z.unknown().optional() });
const errorSchema = z.object({
  code: z.string().nullish(),
  description: z.string().nullish(),
  reason: z.string().nullish(),
  field: z.string().nullish().catch(null),
  /** The header of that name, which http-client.ts puts here. */
  retry_after: z.unknown().optional(),
});

/** Total: whatever was thrown, by the SDK, by the wire or by our own reading of the answer. */
export function failureOf(rejection: unknown): Failure {
  if (rejection instanceof TurnDenied) return heldBack(rejection);
  const { statusCode = -1, error } = rejectionSchema.safeParse(rejection).data ?? {};
  if (statusCode === 0)
    return { kind: 'unknown', reason: error === 'timeout' ? 'timeout' : 'connection_lost' };
  if (statusCode >= 500) return { kind: 'unknown', reason: 'server_error' };
  const words = errorSchema.safeParse(error).data;
  if (statusCode === 429)
    return { kind: 'retryable', reason: 'rate_limited', ...retryAfter(words?.retry_after) };
  if (statusCode < 400 || !words?.code) return { kind: 'unknown', reason: 'bad_response' };
  if (statusCode === 409) return { kind: 'retryable', reason: 'in_progress' };
  const message = withoutKeys(words.description ?? `HTTP ${statusCode}`);
  if (statusCode === 401 || statusCode === 403 || WRONG_KEY.test(message))
    return { kind: 'misconfigured', message };
  // The bank or Razorpay itself failed, under a status that blames us.
  if (words.code === 'GATEWAY_ERROR' || words.code === 'SERVER_ERROR')
    return { kind: 'unknown', reason: 'server_error' };
  if (statusCode === 404 || NO_SUCH_OBJECT.test(message)) return { kind: 'not_found', message };
  if (SAME_KEY.test(message)) return { kind: 'rejected', code: 'idempotency_mismatch', message };
  const code = words.reason && words.reason !== 'NA' ? words.reason : words.code;
  if (OTHER_STATE.test(message)) return { kind: 'conflict', code, message };
  return { kind: 'rejected', code, message };
}

/**
 * Whether an order with this receipt exists. Razorpay's newest pages say that a repeat with unique_receipt answers with
 * the first order, its error index says "Order receipt should be unique.", integrators report "An order with the same
 * receipt value has already been created".
 */
export function isReceiptTaken(rejection: unknown): boolean {
  const { statusCode, error } = rejectionSchema.safeParse(rejection).data ?? {};
  const description = errorSchema.safeParse(error).data?.description ?? '';
  const isTaken = /receipt/i.test(description) && /already|same|unique|exists/i.test(description);
  return statusCode === 400 && isTaken && !isFieldRefused(rejection, 'unique_receipt');
}

/**
 * Whether the account does not know this field of the request. Source: razorpay.com/docs, error index of orders: reason
 * `extra_field_sent`, "<field> is/are not required and should not be sent".
 */
export function isFieldRefused(rejection: unknown, field: string): boolean {
  const { statusCode, error } = rejectionSchema.safeParse(rejection).data ?? {};
  const words = errorSchema.safeParse(error).data;
  if (statusCode !== 400 || !words) return false;
  const isNamed = words.field === field || new RegExp(`\\b${field}\\b`).test(words.description ?? '');
  return isNamed && (words.reason === 'extra_field_sent' || NOT_WANTED.test(words.description ?? ''));
}

const NOT_WANTED = /not required|should not be sent|not allowed/i;
const WRONG_KEY = /\bapi key\b|^authentication failed\.?$/i;
const NO_SUCH_OBJECT = /does not exist|not a valid id|requested URL was not found/i;
const SAME_KEY = /same idempotency key/i;
/** The payment is not where the request thought it was; the reason says input_validation_failed of that too. */
const OTHER_STATE =
  /already been captured|fully refunded already|status should be captured|only payments which have been authorized/i;

const withoutKeys = (message: string) => message.replace(/\brzp_(test|live)_\w+/g, 'the key');
