// Problems as the payload of a mutation shows them. A type of its own only for what adds a field; all others are generic.
import { Field, Int, InterfaceType, ObjectType } from 'type-graphql';
import type { ProblemCode } from '../../kernel/problems';
import { enumOf } from '../enums';
import type { ProblemData } from '../errors';
import { MoneyType } from '../money/types';
import { Credits } from '../scalars';

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
  'MOCK_ONLY',
  'SIGNATURE_INVALID',
  'PROVIDER_DECLINED',
  'APPROVAL_REQUIRED',
  'REFUND_EXCEEDS_AMOUNT',
  'ALREADY_DECIDED',
  'STALE_FIGURES',
] as const satisfies readonly ProblemCode[];

const ErrorCodeEnum = enumOf('ErrorCode', CODES, undefined, {
  PROVIDER_DECLINED: 'Refunds only; a declined payment is state on the intent.',
});

@InterfaceType('UserError', {
  description: 'A failure the caller can act on. Unknown future types still carry code and message.',
  resolveType: typeNameOf,
})
export abstract class UserErrorType {
  @Field(() => ErrorCodeEnum)
  code!: ProblemCode;

  @Field(() => String)
  message!: string;

  @Field(() => [String], { nullable: true, description: 'Input path, e.g. ["input", "packageId"].' })
  path!: string[] | null;
}

const plain = { simpleResolvers: true, implements: UserErrorType };

// The contract describes `path` on the interface alone, so every type says it again without.
@ObjectType('GenericError', plain)
export class GenericErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;
}

@ObjectType('InvalidStateError', plain)
export class InvalidStateErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;

  @Field(() => String)
  current!: string;

  @Field(() => [String])
  allowedFrom!: string[];
}

@ObjectType('IdempotencyConflictError', plain)
export class IdempotencyConflictErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;
}

@ObjectType('RetryLaterError', plain)
export class RetryLaterErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;

  @Field(() => Int)
  retryAfterSeconds!: number;
}

@ObjectType('Figure', {
  description: 'One of the figures that was confirmed, as it is now; neither money nor credits: nothing.',
  simpleResolvers: true,
})
export class FigureType {
  @Field(() => String, { description: 'left, available, ours, theirs, amount or credits.' })
  name!: string;

  @Field(() => MoneyType, { nullable: true })
  money!: MoneyType | null;

  @Field(() => Credits, { nullable: true })
  credits!: bigint | null;
}

@ObjectType('StaleFiguresError', {
  ...plain,
  description: 'What was confirmed is not so any more. Nothing was done: show the new figures and ask again.',
})
export class StaleFiguresErrorType {
  @Field(() => [String], { nullable: true })
  path!: string[] | null;

  @Field(() => [FigureType])
  figures!: FigureType[];
}

/** A problem is of the type whose field it brings. */
function typeNameOf(problem: ProblemData): string {
  if ('figures' in problem) return 'StaleFiguresError';
  if ('allowedFrom' in problem) return 'InvalidStateError';
  if ('existingId' in problem) return 'IdempotencyConflictError';
  if ('retryAfterSeconds' in problem) return 'RetryLaterError';
  return 'GenericError';
}
