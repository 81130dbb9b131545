// Problems as the payload of a mutation shows them. A type of its own only for what adds a field; all others are generic.
import { Field, ID, Int, InterfaceType, ObjectType } from 'type-graphql';
import type { ProblemCode } from '../../kernel/problems';
import { enumOf } from '../enums';
import type { ProblemData } from '../errors';
import { MoneyType } from '../money/types';
import { Credits } from '../scalars';
import { SpendLimitType } from './spend-limit';

const CODES = [
  'NOT_FOUND',
  'INVALID_INPUT',
  'INVALID_STATE',
  'IDEMPOTENCY_CONFLICT',
  'PROVIDER_UNAVAILABLE',
  'IN_PROGRESS',
  'PAYMENTS_DISABLED',
  'RATE_LIMITED',
  'INSUFFICIENT_CREDITS',
  'SPEND_LIMIT_REACHED',
  'MOCK_ONLY',
  'SIGNATURE_INVALID',
  'PROVIDER_DECLINED',
  'APPROVAL_REQUIRED',
  'REFUND_EXCEEDS_AMOUNT',
  'ALREADY_DECIDED',
  'STALE_FIGURES',
  'RISK_BLOCKED',
  'RISK_CHALLENGE',
] as const satisfies readonly ProblemCode[];

export const ErrorCodeEnum = enumOf(
  'ErrorCode',
  CODES,
  'Why nothing was done; docs/errors.md says for each whether the same request helps later.',
  {
    NOT_FOUND: 'It does not exist, or not for you: the two look alike.',
    INVALID_INPUT: 'A value breaks a rule that the message names. No key is burnt by it.',
    INVALID_STATE: 'InvalidStateError: `current` is the state, `allowedFrom` where it could be done.',
    IDEMPOTENCY_CONFLICT: 'IdempotencyConflictError: the key was used with another input.',
    PROVIDER_UNAVAILABLE: 'RetryLaterError: the provider could not be asked. Nothing was lost.',
    IN_PROGRESS: 'RetryLaterError: the same is being worked on right now.',
    PAYMENTS_DISABLED: 'RetryLaterError: new payments are switched off; open ones go on.',
    RATE_LIMITED: 'RetryLaterError: more in a minute than one caller may.',
    INSUFFICIENT_CREDITS:
      'Fewer credits are available than were asked for. Take a new key once there are more.',
    SPEND_LIMIT_REACHED:
      'SpendLimitError: a limit leaves less than was asked for. Take a new key once it does.',
    MOCK_ONLY: 'Payments are simulated and the clock is moved in mock mode alone.',
    SIGNATURE_INVALID: 'What the browser handed over was not signed for this order.',
    PROVIDER_DECLINED: 'Refunds only; a declined payment is state on the intent.',
    APPROVAL_REQUIRED: 'Too much for one person: the approval that the message names waits for a second.',
    REFUND_EXCEEDS_AMOUNT: 'More than is left of the payment.',
    ALREADY_DECIDED: 'Somebody was first.',
    STALE_FIGURES: 'StaleFiguresError: what was confirmed is not so any more.',
    RISK_BLOCKED: 'RiskBlockedError: this payer cannot buy now. Nothing was made, and no key is burnt.',
    RISK_CHALLENGE:
      'RiskChallengeError: the same again, with what the captcha gave. Nothing was made, and no key is burnt.',
  },
);

@InterfaceType('UserError', {
  description: 'A failure the caller can act on. Unknown future types still carry code and message.',
  resolveType: typeNameOf,
})
export abstract class UserErrorType {
  @Field(() => ErrorCodeEnum, { description: 'What a program goes by.' })
  code!: ProblemCode;

  @Field(() => String, { description: 'What happened and what to do, in English for a person.' })
  message!: string;

  @Field(() => [String], { nullable: true, description: 'Input path, e.g. ["input", "packageId"].' })
  path!: string[] | null;
}

const plain = { simpleResolvers: true, implements: UserErrorType };

// A type that implements the interface says `path` again; its description is that of the interface.
@ObjectType('GenericError', { ...plain, description: 'A failure that needs no more fields than all have.' })
export class GenericErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;
}

@ObjectType('InvalidStateError', {
  ...plain,
  description: 'The thing is not in a state in which this can be done.',
})
export class InvalidStateErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;

  @Field(() => String, { description: 'How far the thing is by now, in the words of its own enum.' })
  current!: string;

  @Field(() => [String], { description: 'States in which it could be done.' })
  allowedFrom!: string[];
}

@ObjectType('IdempotencyConflictError', {
  ...plain,
  description: 'The key was used before, with another input. Take a new key.',
})
export class IdempotencyConflictErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;
}

@ObjectType('RetryLaterError', {
  ...plain,
  description: 'Nothing is wrong with the request; it is too early for it.',
})
export class RetryLaterErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;

  @Field(() => Int, { description: 'Send the same again, with the same key, after so many seconds.' })
  retryAfterSeconds!: number;
}

@ObjectType('Figure', {
  description: 'One of the figures that was confirmed, as it is now; neither money nor credits: nothing.',
  simpleResolvers: true,
})
export class FigureType {
  @Field(() => String, { description: 'left, available, ours, theirs, amount or credits.' })
  name!: string;

  @Field(() => MoneyType, { description: 'The new amount; null where it is no money.', nullable: true })
  money!: MoneyType | null;

  @Field(() => Credits, { description: 'The new number of credits; null where it is money.', nullable: true })
  credits!: bigint | null;
}

@ObjectType('StaleFiguresError', {
  ...plain,
  description: 'What was confirmed is not so any more. Nothing was done: show the new figures and ask again.',
})
export class StaleFiguresErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;

  @Field(() => [FigureType], { description: 'What it is by now.' })
  figures!: FigureType[];
}

@ObjectType('RiskBlockedError', {
  ...plain,
  description: 'The purchase is not taken. Show the message: it says what the payer can do, and never why.',
})
export class RiskBlockedErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;

  @Field(() => ID, {
    description: 'Of the review that looks into it; null when there is none.',
    nullable: true,
  })
  reviewId!: string | null;

  @Field(() => ID, { description: 'By which support finds what was decided: rsk_….' })
  decisionId!: string;
}

@ObjectType('RiskChallengeError', {
  ...plain,
  description:
    'The payer solves a captcha, and createIntent is called again with its captchaResponse, under the same key.',
})
export class RiskChallengeErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;

  @Field(() => String, { description: 'The site key of the captcha that the shop has set.' })
  siteKey!: string;
}

@ObjectType('SpendLimitError', {
  ...plain,
  description: 'A limit leaves less than was asked for. Nothing was taken.',
})
export class SpendLimitErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;

  @Field(() => SpendLimitType, {
    nullable: true,
    description: 'As it is now; null where a key kept the refusal of one that is not there any more.',
  })
  spendLimit!: SpendLimitType | null;
}

/** A problem is of the type whose field it brings. */
function typeNameOf(problem: ProblemData): string {
  if ('spendLimit' in problem) return 'SpendLimitError';
  if ('siteKey' in problem) return 'RiskChallengeError';
  if ('decisionId' in problem) return 'RiskBlockedError';
  if ('figures' in problem) return 'StaleFiguresError';
  if ('allowedFrom' in problem) return 'InvalidStateError';
  if ('existingId' in problem) return 'IdempotencyConflictError';
  if ('retryAfterSeconds' in problem) return 'RetryLaterError';
  return 'GenericError';
}
