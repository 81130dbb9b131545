// POST /returns/<intent>: a provider sends a payer's browser here with what its sheet gave, and it goes on to the page that sold.
import type { FastifyInstance } from 'fastify';
import type { Deps } from '../graphql/context';
import { takeReturn } from '../intents/take-return';
import { NOBODY } from './caching';

// A number, an order and a signature are some hundred bytes, and a failure with its words no more than a few thousand.
const FORM_BYTES_MAX = 16_384;

interface Return {
  readonly Params: { readonly id: string };
  readonly Body: string | undefined;
}

export function addReturnRoute(server: FastifyInstance, deps: Deps): void {
  server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: FORM_BYTES_MAX },
      (_request, body, done) => done(null, body),
    );
    scope.post<Return>('/returns/:id', async ({ params, body }, reply) => {
      const proof = Object.fromEntries(new URLSearchParams(body ?? ''));
      const returned = await takeReturn(deps, { id: params.id, proof });
      reply.header('cache-control', NOBODY).header('referrer-policy', 'no-referrer');
      if (!returned)
        return reply.code(404).send({ error: 'NOT_FOUND', message: 'There is no such purchase.' });
      if (returned.backTo) return reply.redirect(returned.backTo, 303);
      return reply
        .type('text/plain; charset=utf-8')
        .send('You may close this page and go back to where you bought.');
    });
  });
}
