// Live events, over as many connections as it takes: each stream goes on from its cursor. All streams share one socket, which is
// there only while one of them is.
import { type Client, createClient } from 'graphql-ws/client';
import { GatewayError } from './failure.ts';
import type { GatewayOptions, Watcher } from './types.ts';

// A gateway that restarts is back in seconds; a pause of up to 5 s is short for a person and long for a server.
const PAUSE_MS = 250;
const PAUSE_MS_MAX = 5_000;

interface Told<Event> {
  readonly data?: { readonly event: Event } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: unknown }[];
}

export function createLive({ url = '', token, webSocket }: GatewayOptions) {
  const watchers = new Set<Watcher<never>>();
  let client: Client | null = null;
  let isLive = false;
  const tell = (live: boolean) => {
    isLive = live;
    for (const watcher of watchers) watcher.live?.(live);
  };

  function connection(): Client {
    if (!webSocket && typeof WebSocket === 'undefined')
      throw new TypeError('There is no WebSocket here: give createGateway { webSocket }.');
    return createClient({
      url: new URL(`${url}/graphql`, globalThis.location?.href).href.replace('http', 'ws'),
      webSocketImpl: webSocket,
      connectionParams: async () => ({ authorization: `Bearer ${await token()}` }),
      retryAttempts: Number.POSITIVE_INFINITY,
      retryWait: (retries) =>
        new Promise((resolve) => setTimeout(resolve, Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** retries))),
      shouldRetry: () => true,
      on: { connected: () => tell(true), closed: () => tell(false) },
    });
  }

  return {
    /** @returns what ends it. @throws TypeError where there is no WebSocket */
    watch<Event extends { readonly cursor: string }>(
      query: string,
      variables: object,
      watcher: Watcher<Event>,
    ): () => void {
      client ??= connection();
      let cursor: string | undefined;
      watchers.add(watcher);
      if (isLive) watcher.live?.(true);
      const sent = {
        ...variables,
        // On every retry the library serialises these anew, and the getter says how far we are.
        get after() {
          return cursor;
        },
      };
      const end = () => void watchers.delete(watcher);
      const fail = (error: unknown) => watcher.failed?.(failureOf(error));
      const stop = client.subscribe(
        { query, variables: sent },
        {
          next: ({ data, errors }: Told<Event>) => {
            if (!watchers.has(watcher)) return;
            if (!data) return fail(errors);
            cursor = data.event.cursor;
            watcher.next(data.event);
          },
          error: (error: unknown) => {
            end();
            fail(error);
          },
          complete: () => {
            const isEnd = watchers.delete(watcher);
            if (isEnd) watcher.ended?.();
          },
        },
      );
      return () => {
        end();
        // Not while a message is told: the library would count a stream that ends in the same packet as let go of twice,
        // keep the socket for ever, or take it from another stream.
        queueMicrotask(stop);
      };
    },
    close: () => {
      watchers.clear();
      // While it connects, closing waits for that, and a gateway that is away is no news.
      client?.dispose()?.catch(() => {});
      client = null;
      isLive = false;
    },
  };
}

/** Of the gateway's own refusal, or of a connection that it closed for good. */
function failureOf(error: unknown): GatewayError {
  const [refusal] = Array.isArray(error) ? error : [];
  return refusal
    ? new GatewayError(refusal.extensions?.code ?? 'FAILED', refusal.message)
    : new GatewayError('DISCONNECTED', 'The live connection was refused. Reload this page.');
}
