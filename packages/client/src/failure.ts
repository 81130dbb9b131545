// What a call of the gateway can end with other than its answer. The codes are the gateway's own (its docs/errors.md).

/** A call that did not do what it was for. `code` is for programs, `message` may be shown to a person. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError';
  /** Of RISK_CHALLENGE: what the captcha is shown with. */
  declare readonly siteKey?: string;
  /** Of RISK_BLOCKED: the number by which support finds what was decided. */
  declare readonly decisionId?: string;

  constructor(
    /** A code of the gateway's list, or of the way to it: UNREACHABLE, TIMED_OUT, UNAVAILABLE, DISCONNECTED. */
    readonly code: string,
    message: string,
    /** The same call may work after so many seconds; null: it has to change first, or nobody knows. */
    readonly retryAfterSeconds: number | null = null,
    /** What else the gateway says of it. */
    more: object = {},
  ) {
    super(message);
    Object.assign(this, more);
  }
}

/** Whether something that was thrown is the gateway's answer, of this code if one is given. By name: a page may have two copies. */
export const isGatewayError = (error: unknown, code?: string): error is GatewayError =>
  typeof error === 'object' &&
  (error as GatewayError | null)?.name === 'GatewayError' &&
  (code === undefined || (error as GatewayError).code === code);
