// GET /schema.graphql: the schema as text, for code generators. As open as introspection is.
import type { FastifyInstance } from 'fastify';
import { GraphQLError, type GraphQLSchema, printSchema } from 'graphql';
import { mayExplore } from '../graphql/explorer';
import type { Guard } from '../graphql/guard';
import type { AddressOf } from './address';
import { statusOf } from './refusals';

export function addSchemaRoute(
  server: FastifyInstance,
  schema: GraphQLSchema,
  guard: Guard,
  addressOf: AddressOf,
): void {
  const text = printSchema(schema);
  server.get('/schema.graphql', async (request, reply) => {
    try {
      const { caller, deps } = await guard.context(
        request.headers.authorization,
        request.id,
        addressOf(request.raw),
      );
      if (!mayExplore(deps.config, caller))
        return reply.code(404).send({ error: 'NOT_FOUND', message: 'Not found.' });
      return reply.type('text/plain; charset=utf-8').send(text);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      return reply.code(statusOf(error)).send({ errors: [error] });
    }
  });
}
