// GraphQL over server-sent events on /graphql/stream, for browsers by fetch and for curl -N.
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  GraphQLError,
} from 'graphql';
import type { OperationArgs, Response } from 'graphql-sse';
import { createHandler } from 'graphql-sse/lib/use/fastify';
import type { Context } from '../graphql/context';
import type { Guard } from '../graphql/guard';
import type { AddressOf } from './address';
import { statusOf } from './refusals';
import type { Sessions } from './sessions';
import { type Reader, type SlowReaders, STANDSTILL_MS, TOO_SLOW } from './slow-readers';

/** Enough for a few events that are on their way, and short beside what a process has to end in. */
const END_WITHIN_MS = 1_000;

const EVENT_STREAM = 'text/event-stream';

export interface StreamParts {
  readonly server: FastifyInstance;
  readonly guard: Guard;
  readonly sessions: Sessions;
  readonly slowReaders: SlowReaders;
  readonly addressOf: AddressOf;
}

/** @returns what ends every stream, without the last event of one that is complete: its client comes back with its cursor */
export function addStream({ server, guard, sessions, slowReaders, addressOf }: StreamParts): {
  close(): void;
} {
  const open = new Set<ServerResponse>();
  const handler = createHandler<Admitted>({
    // Each operation has a connection of its own. The library's other mode keeps streams by a name that clients choose.
    authenticate: async () => null,
    // The guard has done it.
    validate: () => [],
    execute: (args) => guard.execute(args as unknown as ExecutionArgs),
    subscribe: async (args) => {
      const { response } = args.contextValue as unknown as Admitted;
      return atItsPace(tellingFaults(await guard.subscribe(args as unknown as ExecutionArgs)), response);
    },
    onSubscribe: async (request, params) => {
      try {
        const raw = request.raw.raw;
        const address = addressOf(raw);
        const contextValue = await guard.context(raw.headers.authorization, request.raw.id, address);
        const stop = () => raw.socket.destroy();
        const forget = sessions.open({ caller: contextValue.caller, address, close: stop });
        if (!forget) return refused([tooMany()], { errors: [tooMany().toJSON()] });
        // A connection is kept for the next request: the stream's end is that of its answer.
        request.context.reply.raw.once('close', forget);
        const admitted = await guard.admit(params, contextValue);
        if (!('schema' in admitted))
          return refused(admitted, guard.release({ errors: admitted }, contextValue));
        Object.assign(contextValue, { response: request.context.reply.raw });
        return admitted as unknown as OperationArgs<Admitted>;
      } catch (error) {
        if (error instanceof GraphQLError) return refused([error], { errors: [error.toJSON()] });
        throw error;
      }
    },
    onNext: (context, _request, result) =>
      guard.release(result as ExecutionResult, context) as ExecutionResult,
  });
  server.route({
    method: ['GET', 'POST'],
    url: '/graphql/stream',
    handler: async (request, reply) => {
      const unfit = unfitness(request);
      if (unfit) return reply.code(unfit.status).send({ errors: [unfit.error] });
      // The library wants to see nothing else there.
      request.headers.accept = EVENT_STREAM;
      endWith(reply);
      open.add(reply.raw);
      reply.raw.once('close', () => open.delete(reply.raw));
      reply.raw.once('close', slowReaders.watch(readerOf(reply.raw)));
      return handler(request, reply);
    },
  });
  return {
    close: () => {
      for (const response of open) endSoon(response);
    },
  };
}

/** Whoever does not read its end is cut off. */
function endSoon(response: ServerResponse): void {
  response.end();
  setTimeout(() => response.destroy(), END_WITHIN_MS).unref();
}

/** The library wants a context that can be indexed; ours is a closed shape. */
type Admitted = Context & Record<PropertyKey, unknown> & { readonly response: ServerResponse };

const tooMany = () =>
  new GraphQLError('Too many streams are open: close one.', { extensions: { code: 'RATE_LIMITED' } });

/** What the library would answer with a riddle, or with nothing. */
function unfitness({
  headers,
  method,
  body,
}: FastifyRequest): { status: number; error: GraphQLError } | null {
  const unfit = (status: number, code: string, message: string) => ({
    status,
    error: new GraphQLError(message, { extensions: { code } }),
  });
  if (!headers.accept?.includes(EVENT_STREAM))
    return unfit(406, 'NOT_ACCEPTABLE', `Send "Accept: ${EVENT_STREAM}"; single answers are at /graphql.`);
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  return method === 'POST' && !isObject ? unfit(400, 'BAD_REQUEST', 'The body is a JSON object.') : null;
}

function refused([first]: readonly GraphQLError[], answer: FormattedExecutionResult): Response {
  const headers = { 'content-type': 'application/json; charset=utf-8' };
  const status = first ? statusOf(first) : 400;
  return [JSON.stringify(answer), { status, statusText: STATUS_CODES[status] ?? '', headers }];
}

/** A stream that breaks says so in its last event; one that just ends looks complete. */
function tellingFaults(
  result: AsyncGenerator<ExecutionResult, void, void> | ExecutionResult,
): AsyncGenerator<ExecutionResult, void, void> | ExecutionResult {
  if (!(Symbol.asyncIterator in result)) return result;
  let isBroken = false;
  return {
    ...result,
    next: async () => {
      if (isBroken) return { done: true, value: undefined };
      try {
        return await result.next();
      } catch (error) {
        isBroken = true;
        const broken = new GraphQLError('The stream broke.', { originalError: error as Error });
        return { done: false, value: { errors: [broken] } };
      }
    },
  };
}

type Results = AsyncGenerator<ExecutionResult, void, void>;

/**
 * Takes the next event when the one before has left: the library would take all there are, and keep them for a client
 * that does not read.
 */
function atItsPace(result: Results | ExecutionResult, response: ServerResponse): Results | ExecutionResult {
  if (!(Symbol.asyncIterator in result)) return result;
  const next = async () => {
    if (response.writableLength > 0 && !response.destroyed) await left(response);
    return result.next();
  };
  return { ...result, next };
}

/** Resolves when everything that was written has left this process, or never will. */
const left = ({ socket }: ServerResponse) =>
  // Nothing, behind everything. "drain" comes only after more than a stream's high-water mark.
  new Promise<void>((resolve) => (socket ? socket.write('', () => resolve()) : resolve()));

const LAST_EVENT = `event: next\ndata: ${JSON.stringify({
  errors: [{ message: TOO_SLOW, extensions: { code: 'TOO_SLOW' } }],
})}\n\nevent: complete\ndata:\n\n`;

/** Whoever reads on after all finds out as the last thing; whoever does not is cut off, and sees that it was. */
const readerOf = (response: ServerResponse): Reader => ({
  waitingBytes: () => response.writableLength,
  // No more than two events, because the next is taken when the one before has left.
  waitingBytesMax: Number.POSITIVE_INFINITY,
  sendAway: () => {
    if (!response.writableEnded) response.end(LAST_EVENT);
    setTimeout(() => response.destroy(), STANDSTILL_MS).unref();
  },
});

/** Fastify would wait for a stream that has no end; the connection's end is the stream's. */
function endWith(reply: FastifyReply): void {
  reply.raw.on('close', () => reply.hijack());
}
