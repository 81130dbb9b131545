// Every route of the gateway, in one list.
import type { FastifyInstance } from 'fastify';
import type { Authenticate } from '../callers/token';
import type { Deps } from '../graphql/context';
import { createGuard } from '../graphql/guard';
import { buildGatewaySchema } from '../graphql/schema';
import { readTrustedDocuments } from '../graphql/trusted-documents';
import { createAdmission } from '../limits/admission';
import { payersCalls } from '../providers/transport';
import { createAddressOf } from './address';
import { addAdmission } from './admitting';
import { addDevelopmentToken } from './dev-token';
import { addDraining } from './draining';
import { addExportRoute } from './exports';
import { addGraphql } from './graphql';
import { addHealthRoutes } from './health';
import { addMetrics } from './metrics';
import { nameDocuments } from './named-documents';
import { addReceiptRoute } from './receipts';
import { addReturnRoute } from './returns';
import { addSchemaRoute } from './schema';
import { createSessions } from './sessions';
import { addSignIn } from './sign-in';
import { createSlowReaders } from './slow-readers';
import { addSockets } from './sockets';
import { addPages } from './static';
import { addStream } from './streams';
import { addWebhookRoutes, type ReceiveWebhook } from './webhooks';

// Beside the 2 s in which it serves on, within the 10 s that a deployment waits.
const FINISH_WITHIN_MS = 5_000;

export interface Routes {
  /** What POST /webhooks/{provider} does, for a sender in this process; null where there is no such route. */
  readonly receiveWebhook: ReceiveWebhook | null;
  /** Says that this process is about to end; it serves as before. */
  announceEnd(): void;
  /** Ends open streams, telling clients to come back, and finishes the operations that are under way. */
  finish(): Promise<void>;
  /** Once the server takes no request any more: waits for webhook events that are being worked. */
  close(): Promise<void>;
}

export async function addRoutes(
  server: FastifyInstance,
  deps: Deps,
  authenticate: Authenticate,
): Promise<Routes> {
  const schema = await buildGatewaySchema();
  const addressOf = createAddressOf(deps.config.trustedProxies, deps.config.risk.countryHeader);
  const trusted = readTrustedDocuments(deps.config.trustedDocuments);
  const guard = createGuard({ schema, deps, authenticate, trusted });
  if (trusted) nameDocuments(server, trusted);
  const working = new Set<Promise<void>>();
  const draining = addDraining(server, '/graphql');
  addAdmission(server, admissionOf(deps), '/graphql');
  addMetrics(server, deps);
  addHealthRoutes(server, deps, draining);
  addSchemaRoute(server, schema, guard, addressOf);
  addExportRoute(server, deps);
  addReceiptRoute(server, deps);
  addReturnRoute(server, deps);
  addDevelopmentToken(server, deps.config);
  addSignIn(server, deps, authenticate, addressOf);
  await addPages(server, deps.config);
  const receiveWebhook = addWebhookRoutes(server, deps, (worked) => {
    working.add(worked);
    const done = () => working.delete(worked);
    worked.then(done, (error: unknown) => {
      done();
      deps.log.error('webhook.fault', { error: String(error) });
    });
  });
  const apollo = await addGraphql(server, schema, guard, addressOf, deps.config.graphqlLane === 'compiled');
  const sessions = createSessions(deps);
  const slowReaders = createSlowReaders();
  const streams = addStream({ server, guard, sessions, slowReaders, addressOf });
  const sockets = addSockets({ server, config: deps.config, guard, sessions, slowReaders, addressOf });
  return {
    receiveWebhook,
    announceEnd: () => draining.begin(),
    finish: async () => {
      streams.close();
      await Promise.all([sockets.close(), draining.finish(FINISH_WITHIN_MS)]);
    },
    close: async () => {
      sessions.close();
      slowReaders.close();
      await apollo.stop();
      await Promise.all(working);
    },
  };
}

const admissionOf = ({ config, log, simulator }: Deps) =>
  createAdmission({
    withinMs: config.admitWithinMs,
    // A provider that is played in this process is work of this process.
    elsewhere: () => (simulator ? 0 : payersCalls.underWay),
    told: (refused) => log.warn('load.refused', refused),
  });

/** What a worker answers: whether it lives and can work, and its figures. */
export function addWorkerRoutes(server: FastifyInstance, deps: Deps): Routes {
  const draining = addDraining(server, '/graphql');
  addMetrics(server, deps);
  addHealthRoutes(server, deps, draining);
  return {
    receiveWebhook: null,
    announceEnd: () => draining.begin(),
    finish: async () => {},
    close: async () => {},
  };
}
