// GraphQL over HTTP on /graphql: served by Apollo, and what Apollo has found good by the short way (lane.ts).
import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type ExecutionResult, GraphQLError, type GraphQLSchema } from 'graphql';
import type { Context } from '../graphql/context';
import { formatError, isUnavailable, RETRY_AFTER_SECONDS, refusal } from '../graphql/errors';
import type { Guard } from '../graphql/guard';
import { OWN_RULES, TOKENS_MAX } from '../graphql/rules';
import type { AddressOf } from './address';
import { cacheHeaders, markAnswer } from './caching';
import { createLane, type Lane } from './lane';
import { statusOf, withStatus } from './refusals';

export async function addGraphql(
  server: FastifyInstance,
  schema: GraphQLSchema,
  guard: Guard,
  addressOf: AddressOf,
  isShort: boolean,
): Promise<{ stop(): Promise<void> }> {
  const lane = createLane({ isOpen: isShort, schema, guard, addressOf, answer: () => answer });
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    // A cross-site form can send neither JSON nor a header of its own. Authorization is one too: a browser asks before it
    // sends it, and what it adds by itself, a password, is no token of ours.
    csrfPrevention: {
      requestHeaders: ['apollo-require-preflight', 'x-apollo-operation-name', 'authorization'],
    },
    allowBatchedHttpRequests: false,
    // What a client can register, an attacker can: documents are listed by who deploys (trusted-documents.ts).
    persistedQueries: false,
    parseOptions: { maxTokens: TOKENS_MAX },
    validationRules: [...OWN_RULES],
    formatError: (formatted, error) => formatError(formatted, error),
    stopOnTerminationSignals: false,
    plugins: [
      // It works from hints in the schema; ours go by who asks.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      countRefusals(guard),
      guarded(schema, guard, lane),
      releaseRefusals(guard),
      followMediaType,
      cacheHeaders,
      reportFaults(guard),
    ],
  });
  await apollo.start();
  const answer = fastifyApolloHandler(apollo, {
    context: (request) =>
      lane.contextOf(request).catch((error: unknown) => {
        throw error instanceof GraphQLError ? withStatus(error) : error;
      }),
  }) as (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;
  server.route({
    method: ['GET', 'POST', 'HEAD'],
    url: '/graphql',
    handler: lane.handle,
    onSend: (_request, reply, payload, done) => {
      markAnswer(reply);
      if (reply.statusCode === 503 && !reply.hasHeader('retry-after'))
        reply.header('retry-after', String(RETRY_AFTER_SECONDS));
      done(null, payload);
    },
  });
  return apollo;
}

/** What Apollo refuses by itself costs its sender as much as over the other transports. */
const countRefusals = (guard: Guard): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => {
    let isAsked = false;
    let limited: GraphQLError | null = null;
    return {
      // From here on the guard counts.
      didResolveOperation: async ({ operation }) => {
        isAsked = operation !== undefined && operation.operation !== 'subscription';
      },
      didEncounterErrors: async ({ contextValue }) => {
        if (!isAsked) limited = await guard.countRefused(contextValue);
        isAsked = true;
      },
      willSendResponse: async ({ response }) => {
        if (!limited || response.body.kind !== 'single') return;
        response.http.status = statusOf(limited);
        response.body.singleResult = { errors: [limited.toJSON()] };
      },
    };
  },
});

/** What the guard asks, once Apollo knows which operation of which document is meant; and the guard's execution. */
const guarded = (schema: GraphQLSchema, guard: Guard, lane: Lane): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    didResolveOperation: async ({ document, operation, request, contextValue }) => {
      // Without this a subscription by POST answers with a fault, because nothing resolves its field.
      // Apollo says itself that there is none of that name.
      if (!operation) return;
      if (operation.operation === 'subscription')
        throw withStatus(
          refusal(
            'Subscriptions run over WebSocket (/graphql) or SSE (/graphql/stream).',
            'SUBSCRIPTION_TRANSPORT',
          ),
        );
      const asked = { document, operation, variables: request.variables ?? {} };
      lane.learn(request.query ?? '', request.operationName, asked);
      const { objection = await guard.objection(asked, contextValue) } = contextValue.begun ?? {};
      if (objection) throw withStatus(objection);
    },
    responseForOperation: async ({ document, operation, request, contextValue }) => {
      if (!operation) return null;
      const { variables, operationName } = request;
      const args = { schema, document, operationName, variableValues: variables ?? {}, contextValue };
      const { result = await guard.execute(args) } = contextValue.begun ?? {};
      const singleResult = guard.release(result, contextValue);
      const http = {
        headers: new HeaderMap(),
        ...(result.data === undefined ? { status: statusIn(result) } : {}),
        ...(isUnavailable(singleResult) ? { status: 503 } : {}),
      };
      return { http, body: { kind: 'single', singleResult } };
    },
  }),
});

const statusIn = ({ errors }: ExecutionResult) => (errors?.[0] ? statusOf(errors[0]) : 400);

/** What Apollo itself refused leaves like everything else. */
const releaseRefusals = (guard: Guard): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    willSendResponse: async ({ response, contextValue }) => {
      const { body } = response;
      if (body.kind !== 'single' || !body.singleResult.errors || body.singleResult.data) return;
      body.singleResult.errors = guard.shown(body.singleResult.errors, contextValue);
    },
  }),
});

// What the specification of GraphQL over HTTP calls a well-formed request with a GraphQL request error.
const REQUEST_ERRORS = [
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
];

/**
 * As application/json such an answer has status 200, because a client that knows only this type cannot tell a gateway's
 * 400 from that of a proxy in between; as application/graphql-response+json it keeps its 400.
 * https://graphql.github.io/graphql-over-http/draft/#sec-application-json
 */
const followMediaType: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response }) => {
      const { body, http } = response;
      if (http.status !== 400 || body.kind !== 'single') return;
      if (request.http?.headers.get('accept')?.includes('application/graphql-response+json')) return;
      const codes = body.singleResult.errors?.map((error) => error.extensions?.code) ?? [];
      if (codes.every((code) => REQUEST_ERRORS.includes(String(code)))) http.status = 200;
    },
  }),
};

/** Before a fault is masked it is logged whole, and the masked one tells under which id. */
const reportFaults = (guard: Guard): ApolloServerPlugin<Context> => ({
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue }) => guard.report(errors, contextValue.requestId),
  }),
});
