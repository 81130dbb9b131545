// A process that is about to end says so while it still serves: a balancer that asks whether it is ready sends nothing new, and
// a client that keeps its connection is asked to open another, which goes elsewhere.
import type { FastifyInstance } from 'fastify';

export interface Draining {
  readonly hasBegun: boolean;
  begin(): void;
}

export function addDraining(server: FastifyInstance): Draining {
  let hasBegun = false;
  server.addHook('onSend', async (_request, reply) => {
    if (hasBegun) reply.header('connection', 'close');
  });
  return {
    get hasBegun() {
      return hasBegun;
    },
    begin: () => {
      hasBegun = true;
    },
  };
}
