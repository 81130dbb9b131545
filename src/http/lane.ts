// The short way of POST /graphql. Apollo answers a document the first time: it parses it, and checks it by the rules, which ask
// nothing about who sent it. After that the same text goes past Apollo, by the same guard and the same execution. What comes to
// more than data is handed to Apollo with what was done of it, so that refusals have one door and nothing is done twice
// (docs/decisions/0047).
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DocumentNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Context } from '../graphql/context';
import { DOCUMENTS_MAX, KEPT_LENGTH_MAX } from '../graphql/documents';
import { isUnavailable } from '../graphql/errors';
import type { Guard, Operation } from '../graphql/guard';
import { introspects } from '../graphql/rules';
import type { AddressOf } from './address';
import { NOBODY } from './caching';

/** What was checked: by its text, and in it by the operation's name, '' for none. */
export interface Lane {
  /** Apollo has found this text good, and this operation in it. */
  learn(text: string, operationName: string | null | undefined, asked: Omit<Operation, 'variables'>): void;
  /** Answers a request, or leaves it to `answer`, which is Apollo's. */
  handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown>;
  contextOf(request: FastifyRequest): Promise<Context>;
}

type Answer = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface Known {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

// Clients send a handful; what is one of a kind gains nothing by being kept.
const ACCEPTED_MAX = 100;

/**
 * @param isOpen false: each request goes the whole way
 * @param answer Apollo's handler
 */
export function createLane(options: {
  isOpen: boolean;
  schema: GraphQLSchema;
  guard: Guard;
  addressOf: AddressOf;
  answer: () => Answer;
}): Lane {
  const { isOpen, schema, guard, addressOf, answer } = options;
  const documents = new Map<string, Map<string, Known>>();
  /** The media type that Apollo answered with, by the header Accept. */
  const types = new Map<string, string>();
  const contexts = new WeakMap<FastifyRequest, Promise<Context>>();

  const contextOf = (request: FastifyRequest) => {
    const { id, headers, raw } = request;
    const from = [addressOf(raw), addressOf.country(raw)] as const;
    const arrived = [headers.authorization, id, ...from, traceparentIn(headers)] as const;
    return contexts.get(request) ?? guard.context(...arrived);
  };

  async function goWhole(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const answered = await answer()(request, reply);
    const accept = request.headers.accept ?? '';
    const type = reply.getHeader('content-type');
    // Only then has Apollo looked at what is accepted.
    if (reply.statusCode === 200 && typeof type === 'string' && types.size < ACCEPTED_MAX)
      types.set(accept, type);
    return answered;
  }

  function known(body: Body): Known | undefined {
    const { query, operationName, variables, extensions } = body;
    if (typeof query !== 'string' || !(operationName == null || typeof operationName === 'string')) return;
    if (!isObjectOrNone(variables) || !isObjectOrNone(extensions)) return;
    // Apollo refuses those with words of its own.
    if (extensions && 'persistedQuery' in extensions) return;
    return documents.get(query)?.get(operationName ?? '');
  }

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const body = isOpen && request.method === 'POST' ? bodyOf(request) : null;
    const found = body && known(body);
    const type = types.get(request.headers.accept ?? '');
    if (!found || type === undefined) return goWhole(request, reply);
    const asked: Operation = { ...found, variables: (body.variables ?? {}) as Operation['variables'] };
    const made = contextOf(request);
    contexts.set(request, made);
    const context = await made.catch(() => null);
    if (!context) return goWhole(request, reply);
    const objection = await guard.objection(asked, context);
    if (objection) {
      context.begun = { objection };
      return goWhole(request, reply);
    }
    const { document, operation, variables: variableValues } = asked;
    const operationName = operation.name?.value;
    const result = await guard.execute({
      schema,
      document,
      operationName,
      variableValues,
      contextValue: context,
    });
    if (result.data === undefined) {
      context.begun = { objection, result };
      return goWhole(request, reply);
    }
    const { errors, data, extensions } = guard.release(result, context);
    if (isUnavailable({ data, errors: errors ?? undefined })) reply.code(503);
    reply.header('content-type', type);
    reply.header('cache-control', NOBODY);
    return `${JSON.stringify({ errors, data, extensions })}\n`;
  }

  return {
    learn: (text, operationName, { document, operation }) => {
      if (!isOpen || text.length > KEPT_LENGTH_MAX || introspects(document)) return;
      if (documents.size >= DOCUMENTS_MAX && !documents.has(text)) documents.clear();
      const operations = documents.get(text) ?? new Map<string, Known>();
      operations.set(operationName ?? '', { document, operation });
      documents.set(text, operations);
    },
    handle,
    contextOf,
  };
}

const traceparentIn = ({ traceparent }: FastifyRequest['headers']): string | null =>
  typeof traceparent === 'string' ? traceparent : null;

interface Body {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
}

const bodyOf = ({ body }: FastifyRequest): Body | null =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? body : null;

const isObjectOrNone = (value: unknown): value is object | null | undefined =>
  value === undefined || (typeof value === 'object' && !Array.isArray(value));
