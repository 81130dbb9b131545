// The one socket of all streams: made when the first of them wants it, watched while it is there. What speaks through it is fetched
// then too: what is on sale is shown before.
import type { Client } from 'graphql-ws/client';
import { tokenOf } from './call.ts';
import { createPulse, PING_MS } from './pulse.ts';
import type { GatewayOptions } from './types.ts';
import { onWake } from './wake.ts';

// A gateway that restarts is back in seconds; a pause of up to 5 s is short for a person and long for a server.
const PAUSE_MS = 250;
const PAUSE_MS_MAX = 5_000;

const retryWait = (retries: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** retries)));

const FOR_EVER = { retryAttempts: Number.POSITIVE_INFINITY, retryWait, shouldRetry: () => true };

export interface Listener {
  readonly isWanted: () => boolean;
  readonly live: (isLive: boolean) => void;
}

export function createSocket({ url = '', token, webSocket }: GatewayOptions, listener: Listener) {
  let client: Client | null = null;
  let opening: Promise<Client | null> | null = null;
  let isLive = false;
  let unwake = () => {};
  const pulse = createPulse(() => client?.terminate());
  const tell = (live: boolean) => {
    pulse.heard();
    isLive = live;
    listener.live(live);
  };

  async function connection(): Promise<Client | null> {
    const createClient = await library(listener.isWanted);
    if (!createClient) return null;
    return createClient({
      url: new URL(`${url}/graphql`, globalThis.location?.href).href.replace('http', 'ws'),
      webSocketImpl: webSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await tokenOf(token)}` }),
      keepAlive: PING_MS,
      ...FOR_EVER,
      on: {
        connecting: pulse.doubt,
        opened: pulse.opened,
        connected: () => tell(true),
        ping: (isTheirs) => isTheirs || pulse.doubt(),
        message: pulse.heard,
        closed: () => tell(false),
      },
    });
  }

  /** Of null when it was closed meanwhile, or nobody wanted it any more. */
  function open(): Promise<Client | null> {
    const mine = connection().then((made) => {
      if (opening !== mine) {
        made?.dispose();
        return null;
      }
      client = made;
      if (made) unwake = onWake(() => isLive && pulse.ping());
      else opening = null;
      return made;
    });
    opening = mine;
    return mine;
  }

  return {
    isLive: () => isLive,
    /** @throws TypeError where there is no WebSocket */
    assertPossible(): void {
      if (!webSocket && typeof WebSocket === 'undefined')
        throw new TypeError('There is no WebSocket here: give createGateway { webSocket }.');
    },
    /** Hands over the client, at once where it is there. */
    use(then: (client: Client | null) => void): void {
      if (client) then(client);
      else void (opening ?? open()).then(then);
    },
    close(): void {
      // While it connects, closing waits for that, and a gateway that is away is no news.
      client?.dispose()?.catch(() => {});
      client = null;
      opening = null;
      isLive = false;
      pulse.heard();
      unwake();
    },
  };
}

/** What makes a client; null when nobody wants one any more. As a connection it is tried until it is there. */
async function library(isWanted: () => boolean) {
  for (let retries = 0; isWanted(); retries++)
    try {
      return (await import('graphql-ws/client')).createClient;
    } catch {
      await retryWait(retries);
    }
  return null;
}
