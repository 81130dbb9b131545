// A problem is a failure that we expect and that the caller can act on. It is thrown, so that whatever was being done
// rolls back, and it reaches the client as it is. Everything else that is thrown is a fault.

import type { Money } from './money';

/** The contract's list. Whether the same request may work later is said beside each code in docs/errors.md. */
export type ProblemCode =
  | 'NOT_FOUND'
  | 'INVALID_INPUT'
  | 'INVALID_STATE'
  | 'IDEMPOTENCY_CONFLICT'
  | 'PROVIDER_UNAVAILABLE'
  | 'IN_PROGRESS'
  | 'PAYMENTS_DISABLED'
  | 'RATE_LIMITED'
  | 'INSUFFICIENT_CREDITS'
  | 'SPEND_LIMIT_REACHED'
  | 'MOCK_ONLY'
  | 'SIGNATURE_INVALID'
  | 'PROVIDER_DECLINED'
  | 'APPROVAL_REQUIRED'
  | 'REFUND_EXCEEDS_AMOUNT'
  | 'ALREADY_DECIDED'
  | 'STALE_FIGURES'
  | 'RISK_BLOCKED'
  | 'RISK_CHALLENGE';

/** Base of all problems. `path` names the input field at fault, e.g. ["input", "packageId"]. */
export class Problem extends Error {
  override readonly name: string = 'Problem';
  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly path: readonly string[] | null = null,
  ) {
    super(message);
  }
}

/** The thing is in a state from which the call is not possible. */
export class InvalidStateProblem extends Problem {
  constructor(
    message: string,
    readonly current: string,
    readonly allowedFrom: readonly string[],
  ) {
    super('INVALID_STATE', message);
  }
}

/** The key was used before with another input. `existingId` is what it made then. */
export class IdempotencyConflictProblem extends Problem {
  constructor(
    message: string,
    readonly existingId: string | null,
  ) {
    super('IDEMPOTENCY_CONFLICT', message, ['input', 'idempotencyKey']);
  }
}

/** Nothing is wrong with the request: the same one may work after `retryAfterSeconds`. */
export class RetryLaterProblem extends Problem {
  constructor(
    code: 'IN_PROGRESS' | 'PROVIDER_UNAVAILABLE' | 'PAYMENTS_DISABLED' | 'RATE_LIMITED',
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super(code, message);
  }
}

/** One of the figures that a person confirms, as it is now; neither money nor credits: nothing. */
export interface Figure {
  readonly name: 'left' | 'available' | 'ours' | 'theirs' | 'amount' | 'credits';
  readonly money?: Money | null;
  readonly credits?: bigint | null;
}

/** What a person confirmed is not so any more. Nothing was done; `figures` are the new ones. */
export class StaleFiguresProblem extends Problem {
  constructor(
    message: string,
    readonly figures: readonly Figure[],
  ) {
    super('STALE_FIGURES', message, ['input']);
  }
}

/** A limit of what may be spent in a span of time, as it is now. */
export interface ReachedLimit {
  /** Whom it binds: a member, an API key; neither: everybody who spends of the wallet. */
  readonly memberId: string | null;
  readonly apiKeyId: string | null;
  readonly per: 'day' | 'week' | 'month' | 'total';
  readonly credits: bigint;
  /** What is spent in its window, and what open holds keep of it. */
  readonly spent: bigint;
  readonly held: bigint;
  /** Never below 0, though more may be used than it allows. */
  readonly remaining: bigint;
  readonly timeZone: string;
  readonly startsAt: Date;
  /** Null: never. */
  readonly resetsAt: Date | null;
}

/** So much may not be spent now. @param spendLimit null: it is not there any more, and its refusal was kept */
export class SpendLimitProblem extends Problem {
  constructor(
    message: string,
    readonly spendLimit: ReachedLimit | null,
  ) {
    super('SPEND_LIMIT_REACHED', message, ['input', 'credits']);
  }
}

/** Risk forbids the purchase. What it found is support's to know. @param decisionId by which support finds it */
export class RiskBlockedProblem extends Problem {
  readonly reviewId = null;
  constructor(readonly decisionId: string) {
    super(
      'RISK_BLOCKED',
      `This payment cannot be taken at the moment. If you think this is wrong, tell support this number: ${decisionId}.`,
    );
  }
}

/** The payer is to solve a captcha first. Nothing was made. @param siteKey what the page shows it with */
export class RiskChallengeProblem extends Problem {
  constructor(readonly siteKey: string) {
    super('RISK_CHALLENGE', 'Please confirm that you are a person, and try again.', [
      'input',
      'captchaResponse',
    ]);
  }
}

export const notFound = (what: string, path: readonly string[] | null = null) =>
  new Problem('NOT_FOUND', `${what} was not found.`, path);

export const invalidInput = (message: string, ...path: string[]) =>
  new Problem('INVALID_INPUT', message, ['input', ...path]);
