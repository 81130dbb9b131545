// What a call of the gateway can end with other than its answer. The codes are the gateway's own (docs/errors.md).
import type { ErrorCode } from './operations';

/** Codes of the transport, beside those that a payload or the answer's errors carry. */
export type TransportCode =
  | 'UNREACHABLE'
  | 'TIMED_OUT'
  | 'UNAVAILABLE'
  | 'UNAUTHENTICATED'
  | 'AUTHENTICATION_UNAVAILABLE'
  | 'FORBIDDEN'
  | 'INTERNAL_SERVER_ERROR';

// The gateway may learn new codes: they come through as they are.
export type FailureCode = ErrorCode | TransportCode | (string & {});

export interface FailureDetails {
  /** The input at fault, e.g. ["input", "credits"]. */
  readonly path?: readonly string[] | null;
  /** The same call with the same key may work after so many seconds; null: it has to change first. */
  readonly retryAfterSeconds?: number | null;
  /** IDEMPOTENCY_CONFLICT: what the key made the first time. */
  readonly existingId?: string | null;
  /** INVALID_STATE: where the thing is, and from where the call is possible. */
  readonly current?: string | null;
  readonly allowedFrom?: readonly string[] | null;
  /** Finds the request in the gateway's log. */
  readonly requestId?: string | null;
  readonly cause?: unknown;
}

/** A call that did not do what it was for. `code` is for programs, `message` for a person. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  readonly path: readonly string[] | null;
  readonly retryAfterSeconds: number | null;
  readonly existingId: string | null;
  readonly current: string | null;
  readonly allowedFrom: readonly string[] | null;
  readonly requestId: string | null;

  constructor(
    readonly code: FailureCode,
    message: string,
    details: FailureDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.path = details.path ?? null;
    this.retryAfterSeconds = details.retryAfterSeconds ?? null;
    this.existingId = details.existingId ?? null;
    this.current = details.current ?? null;
    this.allowedFrom = details.allowedFrom ?? null;
    this.requestId = details.requestId ?? null;
  }
}

/**
 * Whether something that was thrown is the gateway's answer, of this code if one is given. By name and not by class: a
 * product may have two copies of this package.
 */
export const isGatewayError = (error: unknown, code?: FailureCode): error is GatewayError =>
  typeof error === 'object' &&
  (error as GatewayError | null)?.name === 'GatewayError' &&
  (code === undefined || (error as GatewayError).code === code);
