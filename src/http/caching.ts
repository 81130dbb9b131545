// Whether an answer of /graphql may be kept, and by whom. Only what is sold, asked by GET without a token, is the same for
// everybody; all else is somebody's, and is kept nowhere.
import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyReply } from 'fastify';
import { Kind, type OperationDefinitionNode } from 'graphql';
import type { Context } from '../graphql/context';

const FOR_EVERYBODY = new Set(['packages', 'package', '__typename']);

// A page shows prices for as long as it is open, and the payer sees the intent's own amount on the sheet.
const KEPT_SECONDS = 30;

/** For what is somebody's. */
export const NOBODY = 'private, no-store';

export const cacheHeaders: ApolloServerPlugin<Context> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response, operation, contextValue }) => {
      const { body, http } = response;
      const isWhole = body.kind === 'single' && !body.singleResult.errors && !body.singleResult.extensions;
      const isPublic =
        request.http?.method === 'GET' &&
        contextValue.caller === null &&
        isWhole &&
        isForEverybody(operation);
      http.headers.set('cache-control', isPublic ? `public, max-age=${KEPT_SECONDS}` : NOBODY);
    },
  }),
};

/** What Apollo refuses before it knows an operation is nobody's either; and a token, and what is accepted, make another answer. */
export function markAnswer(reply: FastifyReply): void {
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', NOBODY);
  const vary = reply.getHeader('vary');
  reply.header('vary', [vary, 'Authorization', 'Accept'].flat().filter(Boolean).join(', '));
}

/** True when no field of it depends on who asks. A fragment may hide one, and is not looked into. */
const isForEverybody = (operation: OperationDefinitionNode | undefined): boolean =>
  operation?.operation === 'query' &&
  operation.selectionSet.selections.every(
    (selection) => selection.kind === Kind.FIELD && FOR_EVERYBODY.has(selection.name.value),
  );
