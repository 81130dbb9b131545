// A process that is about to end says so while it still serves: a balancer that asks whether it is ready sends nothing new, and
// a client that keeps its connection is asked to open another, which goes elsewhere. Then it takes nothing new and finishes what
// it has, before anything of it stops: a purchase under way still needs the events of its payment, and the loop that works them.
import type { FastifyInstance } from 'fastify';
import { pause } from '../kernel/clock';

export interface Draining {
  readonly hasBegun: boolean;
  begin(): void;
  /** Refuses new operations with 503, and waits for those that are under way, for so many milliseconds at the most. */
  finish(withinMs: number): Promise<void>;
}

const LOOK_EVERY_MS = 25;

/** @param path of the operations */
export function addDraining(server: FastifyInstance, path: string): Draining {
  let [hasBegun, isFinishing, underWay] = [false, false, 0];
  const isOperation = (url: string | undefined) => url === path;
  // With callbacks: a hook that is async costs each request a promise and a turn.
  server.addHook('onRequest', (request, reply, done) => {
    if (!isOperation(request.routeOptions.url)) return done();
    if (isFinishing) {
      reply
        .code(503)
        .header('retry-after', '1')
        .send({ error: 'STOPPING', message: 'This process is stopping. Ask again.' });
      return;
    }
    underWay += 1;
    // Answered or gone: either way nobody waits any more.
    reply.raw.once('close', () => {
      underWay -= 1;
    });
    done();
  });
  server.addHook('onSend', (_request, reply, payload, done) => {
    if (hasBegun) reply.header('connection', 'close');
    done(null, payload);
  });
  return {
    get hasBegun() {
      return hasBegun;
    },
    begin: () => {
      hasBegun = true;
    },
    finish: async (withinMs) => {
      isFinishing = true;
      for (const untilMs = performance.now() + withinMs; underWay > 0 && performance.now() < untilMs; )
        await pause(LOOK_EVERY_MS);
    },
  };
}
