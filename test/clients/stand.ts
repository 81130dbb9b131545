// A gateway in mock mode for one test file, its callers, and what it says itself when nobody's cache is in between.
import WebSocket from 'ws';
import { Client } from '../support/client';
import { type GatewayProcess, startGateway, stopGateways } from '../support/gateway';
import { useDatabase } from '../support/pools';

export interface Party {
  readonly userId: string;
  readonly authorization: string;
  /** The gateway's own word, over plain HTTP. */
  readonly plain: Client;
}

export interface Stand {
  readonly http: string;
  readonly sse: string;
  readonly ws: string;
  signIn(userId: string, role?: 'user' | 'service' | 'finance' | 'admin'): Promise<Party>;
}

export { WebSocket };

/** @param env settings of the gateway; it is started before the first test of the file */
export function useGateway(env: Record<string, string> = {}): Stand {
  const database = useDatabase();
  let gateway: GatewayProcess;
  beforeAll(async () => {
    gateway = await startGateway({ DATABASE_URL: database.url, ...env });
  });
  afterAll(stopGateways);
  return {
    get http() {
      return `${gateway.url}/graphql`;
    },
    get sse() {
      return `${gateway.url}/graphql/stream`;
    },
    get ws() {
      return `${gateway.url.replace('http', 'ws')}/graphql`;
    },
    signIn: async (userId, role = 'user') => {
      const plain = await Client.signedIn(gateway.url, userId, role);
      return { userId, authorization: `Bearer ${plain.token}`, plain };
    },
  };
}

const BALANCE = '{ balance { id credits available version } }';

/** What the gateway says that this user has. */
export const trueBalance = async ({ plain }: Party) => (await plain.query(BALANCE)).data.balance;
