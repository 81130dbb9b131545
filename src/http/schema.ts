// GET /schema.graphql: the schema as text, for code generators.
import type { FastifyInstance } from 'fastify';
import { type GraphQLSchema, printSchema } from 'graphql';

export function addSchemaRoute(server: FastifyInstance, schema: GraphQLSchema): void {
  const text = printSchema(schema);
  server.get('/schema.graphql', async (_request, reply) =>
    reply.type('text/plain; charset=utf-8').send(text),
  );
}
