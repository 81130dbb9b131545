// One guard for HTTP, SSE and WebSocket: who calls, which documents may run, for how long, and what leaves. Apollo parses
// and validates what comes by HTTP, by the same rules; all that depends on the caller or on variables is asked here.
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import type { Caller } from '../callers/caller';
import { AuthenticationUnavailable } from '../callers/published-keys';
import { type Authenticate, NotAuthenticated } from '../callers/token';
import { RetryLaterProblem } from '../kernel/problems';
import type { Budget } from '../limits/window';
import { type Context, createContext, type Deps } from './context';
import { ANONYMOUS_COST_MAX, COST_MAX, costOf } from './cost';
import { createDocuments, isErrors } from './documents';
import { asReleased, formatError, isFault, refusal, refusingWhileAway } from './errors';
import { createExecute, executeInTime, subscribeWhileCurrent } from './execution';
import { mayExplore } from './explorer';
import { literalListValues, variableListValues } from './input-lists';
import { introspects } from './rules';
import { unstorableVariable } from './storable';
import type { TrustedDocuments } from './trusted-documents';

/** What a request over a socket or a stream brings. */
export interface DocumentRequest {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
}

/** An operation of a document that keeps to the rules. */
export interface Operation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

export interface Guard {
  /** @throws GraphQLError as authenticate. */
  context(
    authorization: string | null | undefined,
    requestId: string,
    address: string,
    country?: string | null,
    traceparent?: string | null,
  ): Promise<Context>;
  contextOf(caller: Caller | null, requestId: string, address: string, country?: string | null): Context;
  /**
   * Null for no token at all: a caller without rights.
   * @throws GraphQLError UNAUTHENTICATED for a token that is no good, AUTHENTICATION_UNAVAILABLE when nobody can tell,
   * RATE_LIMITED for an address that tries one after the other
   */
  authenticate(authorization: string | null | undefined, address: string): Promise<Caller | null>;
  /** What to execute, or why not. */
  admit(request: DocumentRequest, contextValue: Context): Promise<ExecutionArgs | readonly GraphQLError[]>;
  /** Why this caller may not run this, now and with these variables; null when it may. */
  objection(asked: Operation, context: Context): Promise<GraphQLError | null>;
  /** Counts a document that is refused before it could be asked about. @returns RATE_LIMITED where that is too many */
  countRefused(context: Context): Promise<GraphQLError | null>;
  /** Executes, but answers in time whatever is still under way. */
  execute(args: ExecutionArgs): Promise<ExecutionResult>;
  /** Executes; each event is asked for anew whether the caller may still hear it. */
  subscribe(args: ExecutionArgs): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult>;
  /** Logs what is a fault, whole, and marks it with the request's id. */
  report(errors: readonly GraphQLError[], requestId: string): void;
  /** Faults reported and masked, problems with their codes; what is wrong with a request only as far as its sender may know. */
  release(result: ExecutionResult, context: Context): FormattedExecutionResult;
  /** Errors that are formatted already, as far as their reader may know the schema. */
  shown(errors: readonly GraphQLFormattedError[], context: Context): readonly GraphQLFormattedError[];
}

export function createGuard(options: {
  schema: GraphQLSchema;
  deps: Deps;
  authenticate: Authenticate;
  trusted: TrustedDocuments | null;
}): Guard {
  const { schema, deps, trusted } = options;
  const { config } = deps;
  const documentOf = createDocuments(schema);
  const run = config.graphqlLane === 'compiled' ? createExecute(schema) : execute;

  const authenticate = refusingInGraphql(options.authenticate, deps);

  function report(errors: readonly GraphQLError[], requestId: string): void {
    for (const error of errors.filter(isFault)) {
      const stack = error.originalError?.stack ?? error.stack;
      deps.log.error('graphql.fault', { requestId, path: error.path?.join('.'), error: stack });
      error.extensions.requestId = requestId;
    }
  }

  function refusalOf(
    { document, variables }: Operation,
    caller: Caller | null,
    cost: Cost,
  ): GraphQLError | null {
    if (trusted && !trusted.has(document)) return refusal('This document is not on the list.', 'FORBIDDEN');
    if (introspects(document) && !mayExplore(config, caller))
      return refusal('The schema is not shown here.', 'GRAPHQL_VALIDATION_FAILED');
    const most = caller ? COST_MAX : ANONYMOUS_COST_MAX;
    if (cost.sum > most)
      return refusal(
        `This costs ${cost.sum}, and at most ${most} is answered: ask for smaller pages.`,
        'TOO_COSTLY',
      );
    return cost.refused ?? unstorableVariable(variables);
  }

  async function objection(asked: Operation, context: Context): Promise<GraphQLError | null> {
    const cost = costIn(schema, asked);
    const refused = refusalOf(asked, context.caller, cost);
    if (refused) return (await countRefused(context)) ?? refused;
    const isStream = asked.operation.operation === 'subscription';
    return counted(context, cost.sum, isStream);
  }

  const shown: Guard['shown'] = (errors, context) =>
    asReleased(errors, {
      isExplorer: mayExplore(config, context.caller),
      // In live mode nobody learns about the schema from bad documents without saying who they are.
      isHidden: config.mode === 'live' && context.caller === null,
    });

  return {
    authenticate,
    contextOf: (...of) => createContext(deps, ...of),
    context: async (authorization, requestId, address, country, traceparent = null) => {
      const came = traceparent && (deps.observed.tracer()?.adopt(traceparent, requestId) ?? null);
      const caller = await authenticate(authorization, address);
      return createContext(deps, caller, requestId, address, country, came);
    },
    admit: async (request, contextValue) => {
      const asked = operationIn(request, documentOf);
      if (!('document' in asked)) {
        const limited = await countRefused(contextValue);
        return limited ? [limited] : asked;
      }
      const refused = await objection(asked, contextValue);
      if (refused) return [refused];
      const { document, operation, variables: variableValues } = asked;
      return { schema, document, operationName: operation.name?.value, variableValues, contextValue };
    },
    countRefused,
    objection,
    execute: (args) => executeInTime(run, args, config.operationTimeoutMs),
    subscribe: subscribeWhileCurrent,
    report,
    release: (result, context) => {
      const extensions = budgetShown(context.budget);
      if (!result.errors) return { ...result, ...extensions } as FormattedExecutionResult;
      report(result.errors, context.requestId);
      const errors = result.errors.map((error) => formatError(error.toJSON(), error, context.requestId));
      return { ...result, errors: shown(errors, context), ...extensions } as FormattedExecutionResult;
    },
    shown,
  };
}

type DocumentOf = ReturnType<typeof createDocuments>;

/** The operation that is asked for, or what is wrong with the request as such. */
function operationIn(request: DocumentRequest, documentOf: DocumentOf): Operation | readonly GraphQLError[] {
  const { query, operationName, variables } = request;
  if (typeof query !== 'string') return [refusal('query is a string.', 'BAD_REQUEST')];
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables)))
    return [refusal('variables is an object.', 'BAD_REQUEST')];
  if (operationName != null && typeof operationName !== 'string')
    return [refusal('operationName is a string.', 'BAD_REQUEST')];
  const document = documentOf(query);
  if (isErrors(document)) return document;
  const operation = getOperationAST(document, operationName);
  if (!operation) return [refusal('Name one operation of the document.', 'OPERATION_RESOLUTION_FAILURE')];
  return { document, operation, variables: (variables ?? {}) as Record<string, unknown> };
}

interface Cost {
  readonly sum: number;
  /** Why a list is no input, where one is too long. */
  readonly refused: GraphQLError | null;
}

function costIn(schema: GraphQLSchema, { document, operation, variables }: Operation): Cost {
  const { count, refused } = variableListValues(variables);
  const sum = costOf(schema, document, operation, variables) + literalListValues(document) + count;
  return { sum, refused };
}

// What is read and checked for nothing: as much as a short page. Guessing at the schema ends after some hundred tries.
const REFUSED_COST = 5;

/** Takes what looking at a bad document costs. @returns RATE_LIMITED where its sender has not even that */
const countRefused = (context: Context): Promise<GraphQLError | null> =>
  counted(context, REFUSED_COST, false);

/** Takes what an operation costs from what its caller has. */
async function counted(context: Context, cost: number, isStream: boolean): Promise<GraphQLError | null> {
  const { rates } = context.deps;
  if (!rates) return null;
  const budget = await rates.spend(context.caller, context.address, cost).catch(rateLimited);
  if (budget instanceof GraphQLError) return budget;
  // The events of a stream come long after it was counted.
  if (!isStream) context.budget = budget;
  return null;
}

function rateLimited(problem: unknown): GraphQLError {
  if (!(problem instanceof RetryLaterProblem)) throw problem;
  const { code, message, retryAfterSeconds } = problem;
  return new GraphQLError(message, { extensions: { code, retryAfterSeconds } });
}

// Most callers never come near their limit, and their answers need not speak of it.
const TOLD_BELOW = 0.9;
const budgetShown = (budget: Budget | null) =>
  budget && budget.remaining < budget.limit * TOLD_BELOW ? { extensions: { budget } } : {};

type AuthenticateFrom = (authorization: string | null | undefined, address: string) => Promise<Caller | null>;

/** The same, whose refusals are errors of GraphQL; and who tries many tokens is told to stop. */
function refusingInGraphql(authenticate: Authenticate, { log, rates }: Deps): AuthenticateFrom {
  return async (authorization, address) => {
    try {
      return await refusingWhileAway(authenticate(authorization));
    } catch (error) {
      if (error instanceof NotAuthenticated) {
        await rates?.badToken(address).catch((problem: unknown) => {
          throw rateLimited(problem);
        });
        throw refusal(error.message, 'UNAUTHENTICATED');
      }
      if (!(error instanceof AuthenticationUnavailable)) throw error;
      log.error('callers.keys_unavailable', { error: String(error.cause) });
      throw refusal(error.message, 'AUTHENTICATION_UNAVAILABLE');
    }
  };
}
