// Stripe's error answers: which status, type and code each mistake gets (docs.stripe.com/error-codes).
import type { Refused } from '../limits';
import { jsonResponse, Refusal, type SimulatorResponse } from '../wire';
import type { PaymentIntent, StripeCardError } from './shapes';

interface StripeError {
  readonly type: 'invalid_request_error' | 'idempotency_error';
  readonly message: string;
  readonly code?: string;
  readonly param?: string;
  readonly payment_intent?: PaymentIntent;
}

export function stripeError(status: number, error: StripeError): SimulatorResponse {
  const link = error.code && {
    doc_url: `https://docs.stripe.com/error-codes/${error.code.replaceAll('_', '-')}`,
  };
  return jsonResponse(status, { error: { ...error, ...link } });
}

const invalid = (message: string, code?: string, param?: string) =>
  new Refusal(
    stripeError(400, {
      type: 'invalid_request_error',
      message,
      ...(code === undefined ? {} : { code }),
      ...(param === undefined ? {} : { param }),
    }),
  );

export const invalidParameter = (param: string, message: string, code?: string) =>
  invalid(message, code, param);

export const parameterMissing = (param: string) =>
  invalid(`Missing required param: ${param}.`, 'parameter_missing', param);

export const parameterUnknown = (param: string) =>
  invalid(`Received unknown parameter: ${param}`, 'parameter_unknown', param);

export const alreadyRefunded = (chargeId: string) =>
  invalid(`Charge ${chargeId} has already been refunded.`, 'charge_already_refunded');

export const chargeDisputed = (chargeId: string) =>
  invalid(`Charge ${chargeId} has been charged back; cannot issue a refund.`, 'charge_disputed');

export const noSuchObject = (kind: string, id: string, param: string) =>
  new Refusal(
    stripeError(404, {
      type: 'invalid_request_error',
      code: 'resource_missing',
      message: `No such ${kind}: '${id}'`,
      param,
    }),
  );

export const noSuchUrl = (method: string, path: string) =>
  stripeError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}).`,
  });

/** The intent's state does not allow the call. Carries the intent, from which the caller learns its state. */
export function unexpectedState(
  intent: PaymentIntent,
  verb: 'cancel' | 'capture' | 'confirm',
  allowed: readonly string[],
): SimulatorResponse {
  const isOver = intent.status === 'canceled';
  const participle = { cancel: 'canceled', capture: 'captured', confirm: 'confirmed' }[verb];
  const hint = `Only a PaymentIntent with one of the following statuses may be ${participle}: ${allowed.join(', ')}.`;
  return stripeError(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `You cannot ${verb} this PaymentIntent because it has a status of ${intent.status}.${isOver ? '' : ` ${hint}`}`,
    payment_intent: intent,
  });
}

/** The bank, or Stripe, said no to a card; the intent stays payable, and goes with the answer. */
export const cardDeclined = (error: StripeCardError, intent: PaymentIntent): SimulatorResponse =>
  jsonResponse(402, { error: { ...error, payment_intent: intent } });

/** Source: docs.stripe.com/rate-limits. */
export function tooMany({ by, retryAfterSeconds }: Refused): SimulatorResponse {
  const response = stripeError(429, {
    type: 'invalid_request_error',
    code: 'rate_limit',
    message:
      'Request rate limit exceeded. Learn more about rate limits here https://docs.stripe.com/rate-limits.',
  });
  const asked: Record<string, string> =
    retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
  return { ...response, headers: { ...response.headers, 'stripe-rate-limited-reason': by, ...asked } };
}

export const noKey = () =>
  stripeError(401, {
    type: 'invalid_request_error',
    message:
      'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.',
  });

export const invalidKey = (key: string) =>
  stripeError(401, {
    type: 'invalid_request_error',
    message: `Invalid API Key provided: ${key.slice(0, 8)}${'*'.repeat(11)}${key.slice(-4)}`,
  });

export const keyMismatch = (key: string) =>
  stripeError(400, {
    type: 'idempotency_error',
    message:
      'Keys for idempotent requests can only be used with the same parameters they were first used with. ' +
      `Try using a key other than '${key}' if you meant to execute a different request.`,
  });
