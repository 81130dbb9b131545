// The way of failures to the client. A problem keeps its code and its words: in a mutation it is part of the payload,
// elsewhere a top-level error. Everything else that is thrown is a fault and loses its text, which may hold a secret.
import { type FormattedExecutionResult, GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isAway } from '../db/outage';
import type { KeyBackend, KeyResult } from '../idempotency/key-counts';
import { IdempotencyConflictProblem, Problem, RetryLaterProblem } from '../kernel/problems';
import type { Context } from './context';
import { forget } from './loaders';

/** A problem as data, with whatever fields its class has beside code, message and path. */
export type ProblemData = { readonly code: string; readonly message: string };

/**
 * Runs a mutation and answers with its payload, or with the problem it met; the transactions inside `work` have rolled
 * back by then. What was read before the mutation is forgotten.
 * @param otherwise the payload's fields that may not be null, for an answer that is a problem.
 */
export async function answer<Payload extends object, Otherwise extends object>(
  context: Context,
  work: () => Promise<Payload>,
  otherwise?: Otherwise,
): Promise<(Payload & { errors: ProblemData[] }) | (Otherwise & { errors: ProblemData[] })> {
  forget(context.loaders);
  try {
    await context.beforeWork?.();
    const payload = await work();
    if ('replayed' in payload && payload.replayed === true) tellHit(context, payload);
    return { ...payload, errors: [] };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error instanceof IdempotencyConflictProblem)
      context.deps.log.warn('idempotency.conflict', {
        requestId: context.requestId,
        callerId: context.caller?.id,
        existingId: error.existingId,
      });
    // Copied, because graphql-js throws again whatever it finds in a result that is an Error. The name says which type.
    return { ...(otherwise as Otherwise), errors: [{ ...error, message: error.message }] };
  }
}

/** A problem of one of many things in an input: its path names a field of that one. */
export const problemAt = (problem: Problem, place: readonly string[]): ProblemData =>
  ({
    ...problem,
    message: problem.message,
    path: [...place, ...(problem.path ?? []).filter((name) => name !== 'input')],
  }) as ProblemData;

/** The mutation and the key that its caller brought; null: none, and what the gateway makes itself is not counted. */
export interface Keyed {
  readonly operation: string;
  readonly key: string | null | undefined;
}

/** The same for a mutation that takes a key: what the key met is counted. A refusal says nothing of its key. */
export function answerKeyed<Payload extends { readonly replayed: boolean; readonly foundIn?: KeyBackend }>(
  context: Context,
  { operation, key }: Keyed,
  work: () => Promise<Payload>,
) {
  const count = (result: KeyResult, backend: KeyBackend = 'postgresql') => {
    if (key) context.deps.keyCounts.add({ operation, result, backend });
  };
  const counted = async () => {
    try {
      const payload = await work();
      count(payload.replayed ? 'hits' : 'misses', payload.foundIn);
      return payload;
    } catch (error) {
      if (error instanceof IdempotencyConflictProblem) count('conflicts');
      throw error;
    }
  };
  return answer(context, counted, { replayed: false });
}

/** A repeat that found what its key made. The key itself is the caller's, and may be anything. */
function tellHit({ deps, requestId, caller }: Context, payload: object): void {
  const found = ['intent', 'hold', 'refund'].map(
    (name) => (payload as Record<string, { readonly id?: string } | undefined>)[name]?.id,
  );
  deps.log.warn('idempotency.hit', { requestId, callerId: caller?.id, existingId: found.find(Boolean) });
}

/**
 * Makes a resolver throw its problems in a form that graphql-js can place in the answer. It takes any error with a list
 * as `path` for one that it placed before, and a problem's path is that of its input.
 */
export function placingProblems<Arguments extends unknown[], Result>(
  resolve: (...args: Arguments) => Result,
): (...args: Arguments) => Result {
  const place = (error: unknown): never => {
    throw error instanceof Problem ? new GraphQLError(error.message, { originalError: error }) : error;
  };
  return (...args) => {
    try {
      const result = resolve(...args);
      return result instanceof Promise ? (result.catch(place) as Result) : result;
    } catch (error) {
      return place(error);
    }
  };
}

/**
 * What a client sees of an error: a problem's own code and words, what GraphQL or Apollo says about a bad request as it
 * is, and of a fault nothing but the request's id.
 * @param formatted the error as it would be sent.
 * @param error what was thrown, as GraphQL wraps it.
 * @param requestId left out where the one who formats does not know it: then it stands in the error's extensions.
 */
export function formatError(
  formatted: GraphQLFormattedError,
  error: unknown,
  requestId: unknown = formatted.extensions?.requestId,
): GraphQLFormattedError {
  const cause = causeOf(error);
  if (cause instanceof Problem)
    return { ...formatted, message: cause.message, extensions: extensionsOf(cause) };
  if (cause instanceof GraphQLError && isAboutTheRequest(cause)) return withCode(formatted, cause);
  if (isAway(cause)) return { ...formatted, ...AWAY };
  return {
    ...formatted,
    message: 'Internal error',
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  };
}

/** Whoever asks again soon is answered; a key makes sure that nothing happens twice, whatever became of the first try. */
export const RETRY_AFTER_SECONDS = 2;
const AWAY = {
  message: 'The database cannot be reached at the moment. Ask again, with the same key.',
  extensions: { code: 'UNAVAILABLE', retryAfterSeconds: RETRY_AFTER_SECONDS },
};

/** For what needs the database before anything is run. @throws what is thrown, but where the database is away a refusal */
export const refusingWhileAway = <Result>(work: Promise<Result>): Promise<Result> =>
  work.catch((error: unknown) => {
    throw isAway(error) ? new GraphQLError(AWAY.message, { extensions: AWAY.extensions }) : error;
  });

/** True where nothing of an answer is there, because the database is away: for whoever balances, as if nobody had answered. */
export function isUnavailable({ data, errors }: Pick<FormattedExecutionResult, 'data' | 'errors'>): boolean {
  return (
    errors !== undefined &&
    errors.length > 0 &&
    errors.every(({ extensions }) => extensions?.code === AWAY.extensions.code) &&
    Object.values(data ?? {}).every((field) => field === null)
  );
}

export const refusal = (message: string, code: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code } });

/** What is wrong with a request as such: it was never run. */
const ABOUT_THE_DOCUMENT = new Set([
  ...['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED', 'OPERATION_RESOLUTION_FAILURE'],
  ...['BAD_USER_INPUT', 'BAD_REQUEST', 'TOO_COSTLY'],
]);

/** The whole answer to every bad document of somebody who may learn nothing. */
const BAD_REQUEST: GraphQLFormattedError = { message: 'Bad request.', extensions: { code: 'BAD_REQUEST' } };

/**
 * The errors of an answer as far as its reader may know the schema.
 * @param reader isHidden: every bad document gets the same answer. Else without isExplorer: no suggestions.
 */
export function asReleased(
  errors: readonly GraphQLFormattedError[],
  reader: { readonly isExplorer: boolean; readonly isHidden: boolean },
): readonly GraphQLFormattedError[] {
  const isBad = ({ path, extensions }: GraphQLFormattedError) =>
    path === undefined && ABOUT_THE_DOCUMENT.has(String(extensions?.code));
  if (reader.isHidden && errors.some(isBad)) return [BAD_REQUEST];
  if (reader.isExplorer) return errors;
  return errors.map((error) => ({ ...error, message: error.message.replace(/ ?Did you mean [^?]*\?/g, '') }));
}

/** True for what formatError hides: the one who logs it must log it whole, under the same request id. */
export function isFault(error: unknown): boolean {
  const cause = causeOf(error);
  return !(cause instanceof Problem) && !(cause instanceof GraphQLError && isAboutTheRequest(cause));
}

/** What was thrown, out of the wrappings that say where. */
function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError && !isBadVariable(cause))
    cause = cause.originalError;
  return cause;
}

// What a scalar says about a variable is wrapped by what says which variable: the outer one is for the client.
const isBadVariable = (error: GraphQLError): boolean =>
  error.path === undefined && error.originalError instanceof GraphQLError;

// Syntax and validation errors name a place in the document, and refusals carry a code. An error of graphql-js with
// neither is about a value that we returned: a bug of ours.
function isAboutTheRequest(error: GraphQLError): boolean {
  const { code } = error.extensions;
  if (typeof code === 'string') return code !== 'INTERNAL_SERVER_ERROR';
  return error.nodes !== undefined || error.source !== undefined;
}

/** graphql-js gives no code to what it finds wrong with values, and the servers around it each give another. */
const withCode = (formatted: GraphQLFormattedError, { extensions }: GraphQLError): GraphQLFormattedError =>
  typeof extensions.code === 'string'
    ? formatted
    : { ...formatted, extensions: { ...formatted.extensions, code: 'BAD_USER_INPUT' } };

function extensionsOf(problem: Problem): Record<string, unknown> {
  const { code, path } = problem;
  const input = path ? { input: path } : {};
  const retry = problem instanceof RetryLaterProblem ? { retryAfterSeconds: problem.retryAfterSeconds } : {};
  return { code, ...input, ...retry };
}
