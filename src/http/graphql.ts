// GraphQL over HTTP on /graphql, served by Apollo.
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { Context } from '../graphql/context';
import { formatError } from '../graphql/errors';
import { type Guard, OWN_RULES, TOKENS_MAX } from '../graphql/guard';
import { unstorableVariable } from '../graphql/storable';
import { withStatus } from './refusals';

export async function addGraphql(
  server: FastifyInstance,
  schema: GraphQLSchema,
  guard: Guard,
): Promise<{ stop(): Promise<void> }> {
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    // A cross-site form can send neither JSON nor a header of its own.
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    parseOptions: { maxTokens: TOKENS_MAX },
    validationRules: OWN_RULES,
    formatError: (formatted, error) => formatError(formatted, error),
    stopOnTerminationSignals: false,
    plugins: [
      // Hints for shared caches: nothing here may be kept by one.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      refuseOperations,
      followMediaType,
      reportFaults(guard),
    ],
  });
  await apollo.start();
  const handler = fastifyApolloHandler(apollo, {
    context: (request) =>
      guard.context(request.headers.authorization, request.id).catch((error: unknown) => {
        throw error instanceof GraphQLError ? withStatus(error) : error;
      }),
  });
  server.route({ method: ['GET', 'POST', 'HEAD'], url: '/graphql', handler });
  return apollo;
}

const refuseOperations: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    didResolveOperation: async ({ operation, request }) => {
      // Without this a subscription by POST answers with a fault, because nothing resolves its field.
      if (operation?.operation === 'subscription')
        throw withStatus(
          new GraphQLError('Subscriptions run over WebSocket (/graphql) or SSE (/graphql/stream).', {
            extensions: { code: 'SUBSCRIPTION_TRANSPORT' },
          }),
        );
      const unstorable = unstorableVariable(request.variables);
      if (unstorable) throw withStatus(unstorable);
    },
  }),
};

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
