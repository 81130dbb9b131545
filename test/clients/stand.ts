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

/** A fetch whose answer to one operation is held back, as by a slow network, until it is let go. */
export function holdingFetch(): { fetch: typeof fetch; hold(operation: string): () => void } {
  const gates = new Map<string, Promise<void>>();
  return {
    fetch: async (address, init) => {
      const response = await fetch(address, init);
      const body = String(init?.body ?? '');
      for (const [operation, gate] of gates) if (body.includes(`mutation ${operation}(`)) await gate;
      return response;
    },
    hold: (operation) => {
      let open = () => {};
      gates.set(
        operation,
        new Promise((resolve) => {
          open = resolve;
        }),
      );
      return () => open();
    },
  };
}

/** A back end spends for a user, beside any client. */
export async function spendBeside(stand: Stand, { userId }: Party, credits: number): Promise<void> {
  const { plain } = await stand.signIn('shop', 'service');
  const input = { userId, credits, reason: 'pages', idempotencyKey: `beside-${userId}` };
  const { errors } = await plain.mutate('spendCredits', input, 'transaction { id }');
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}
