// Razorpay's error answers. Nearly every mistake is a 400, an unknown id too; reason and field tell them apart.
import type { Refused } from '../limits';
import { jsonResponse, Refusal, type SimulatorResponse } from '../wire';

function razorpayError(status: number, description: string, more: object): SimulatorResponse {
  return jsonResponse(status, { error: { code: 'BAD_REQUEST_ERROR', description, ...more, metadata: {} } });
}

const INPUT = { source: 'business', step: 'payment_initiation', reason: 'input_validation_failed' };
const NOT_APPLICABLE = { source: 'NA', step: 'NA', reason: 'NA' };

export const invalidInput = (description: string, field?: string) =>
  new Refusal(razorpayError(400, description, { ...INPUT, ...(field === undefined ? {} : { field }) }));

export const noSuchId = () => invalidInput('The id provided does not exist');

export const keyMismatch = () =>
  razorpayError(
    400,
    'Different request with the same idempotency key has already been processed.',
    NOT_APPLICABLE,
  );

export const noSuchUrl = () =>
  razorpayError(404, 'The requested URL was not found on the server.', NOT_APPLICABLE);

export const invalidKey = () => razorpayError(401, 'The api key provided is invalid', NOT_APPLICABLE);

/** Razorpay says that the status is 429 and no more (razorpay.com/docs/api/basics): the words are ours. */
export function tooMany({ retryAfterSeconds }: Refused): SimulatorResponse {
  const response = razorpayError(429, 'Too many requests', NOT_APPLICABLE);
  const asked: Record<string, string> =
    retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { ...response, headers: { ...response.headers, ...asked } };
}

export const extraField = (field: string) =>
  new Refusal(
    razorpayError(400, `${field} is/are not required and should not be sent`, {
      ...INPUT,
      reason: 'extra_field_sent',
    }),
  );
