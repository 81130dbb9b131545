// One guard for HTTP, SSE and WebSocket: who calls, which documents may run, and what leaves. Apollo serves HTTP only, so
// what it would do there by itself is done here for the other two.
import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { Caller } from '../callers/caller';
import { type Authenticate, AuthenticationUnavailable, NotAuthenticated } from '../callers/token';
import { type Context, createContext, type Deps } from './context';
import { formatError, isFault } from './errors';
import { storableLiterals, unstorableVariable } from './storable';

// The largest saved operation has about 200 tokens; a document of thousands is not written by a person.
export const TOKENS_MAX = 2_000;

/** Beside the rules of the specification. */
export const OWN_RULES = [storableLiterals];

/** What a request over a socket or a stream brings. */
export interface DocumentRequest {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
}

export interface Guard {
  /** @throws GraphQLError as authenticate. */
  context(authorization: string | null | undefined, requestId: string): Promise<Context>;
  contextOf(caller: Caller | null, requestId: string): Context;
  /**
   * Null for no token at all: a caller without rights.
   * @throws GraphQLError UNAUTHENTICATED for a token that is no good, AUTHENTICATION_UNAVAILABLE when nobody can tell
   */
  authenticate(authorization: string | null | undefined): Promise<Caller | null>;
  /** What to execute, or why not. */
  admit(request: DocumentRequest, contextValue: Context): ExecutionArgs | readonly GraphQLError[];
  /** Logs what is a fault, whole, and marks it with the request's id. */
  report(errors: readonly GraphQLError[], requestId: string): void;
  /** Faults reported and masked, problems with their codes. */
  release(result: ExecutionResult, requestId: string): FormattedExecutionResult;
}

export function createGuard(options: {
  schema: GraphQLSchema;
  deps: Deps;
  authenticate: Authenticate;
}): Guard {
  const { schema, deps } = options;
  const documents = new Map<string, DocumentNode | readonly GraphQLError[]>();

  async function authenticate(authorization: string | null | undefined): Promise<Caller | null> {
    try {
      return await options.authenticate(authorization);
    } catch (error) {
      if (error instanceof NotAuthenticated) throw refusal(error.message, 'UNAUTHENTICATED');
      if (!(error instanceof AuthenticationUnavailable)) throw error;
      deps.log.error('callers.keys_unavailable', { error: String(error.cause) });
      throw refusal(error.message, 'AUTHENTICATION_UNAVAILABLE');
    }
  }

  function report(errors: readonly GraphQLError[], requestId: string): void {
    for (const error of errors.filter(isFault)) {
      const stack = error.originalError?.stack ?? error.stack;
      deps.log.error('graphql.fault', { requestId, path: error.path?.join('.'), error: stack });
      error.extensions.requestId = requestId;
    }
  }

  function documentOf(query: string): DocumentNode | readonly GraphQLError[] {
    const known = documents.get(query);
    if (known) return known;
    const document = checked(schema, query);
    if (query.length > KEPT_LENGTH_MAX) return document;
    if (documents.size >= DOCUMENTS_MAX) documents.clear();
    documents.set(query, document);
    return document;
  }

  return {
    authenticate,
    contextOf: (caller, requestId) => createContext(deps, caller, requestId),
    context: async (authorization, requestId) =>
      createContext(deps, await authenticate(authorization), requestId),
    admit: (request, contextValue) => {
      const { query, operationName, variables } = request;
      if (typeof query !== 'string') return [refusal('query is a string.', 'BAD_REQUEST')];
      if (variables != null && (typeof variables !== 'object' || Array.isArray(variables)))
        return [refusal('variables is an object.', 'BAD_REQUEST')];
      if (operationName != null && typeof operationName !== 'string')
        return [refusal('operationName is a string.', 'BAD_REQUEST')];
      const document = documentOf(query);
      if (isErrors(document)) return document;
      if (!getOperationAST(document, operationName))
        return [refusal('Name one operation of the document.', 'OPERATION_RESOLUTION_FAILURE')];
      const variableValues = (variables ?? {}) as Record<string, unknown>;
      const unstorable = unstorableVariable(variableValues);
      if (unstorable) return [unstorable];
      return { schema, document, operationName, variableValues, contextValue };
    },
    report,
    release: (result, requestId) => {
      if (!result.errors) return result as FormattedExecutionResult;
      report(result.errors, requestId);
      const errors = result.errors.map((error) => formatError(error.toJSON(), error, requestId));
      return { ...result, errors } as FormattedExecutionResult;
    },
  };
}

// Documents come from programs, which send the same few again and again.
const DOCUMENTS_MAX = 500;
// Several times the longest saved operation. Longer ones are few, and 500 of them would be 500 MB.
const KEPT_LENGTH_MAX = 10_000;

const isErrors = (
  checkedDocument: DocumentNode | readonly GraphQLError[],
): checkedDocument is readonly GraphQLError[] => Array.isArray(checkedDocument);

function checked(schema: GraphQLSchema, query: string): DocumentNode | readonly GraphQLError[] {
  try {
    const document = parse(query, { maxTokens: TOKENS_MAX });
    const errors = validate(schema, document, [...specifiedRules, ...OWN_RULES]);
    return errors.length > 0 ? errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) : document;
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
}

const withCode = (error: GraphQLError, code: string) =>
  new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });

const refusal = (message: string, code: string) => new GraphQLError(message, { extensions: { code } });
