// Live events, over as many connections as it takes: each stream goes on from its cursor. All streams share one socket, which is
// there only while one of them is.
import type { Client } from 'graphql-ws/client';
import { GatewayError } from './failure.ts';
import { createSocket } from './socket.ts';
import type { GatewayOptions, Watcher } from './types.ts';

interface Told<Event> {
  readonly data?: { readonly event: Event } | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: unknown }[];
}

export function createLive(options: GatewayOptions) {
  const watchers = new Set<Watcher<never>>();
  const socket = createSocket(options, {
    isWanted: () => watchers.size > 0,
    live: (isLive) => {
      for (const watcher of watchers) watcher.live?.(isLive);
    },
  });

  return {
    /** @returns what ends it. @throws TypeError where there is no WebSocket */
    watch<Event extends { readonly cursor: string }>(
      query: string,
      variables: object,
      watcher: Watcher<Event>,
    ): () => void {
      socket.assertPossible();
      let cursor: string | undefined;
      watchers.add(watcher);
      if (socket.isLive()) watcher.live?.(true);
      const sent = {
        ...variables,
        // On every retry the library serialises these anew, and the getter says how far we are.
        get after() {
          return cursor;
        },
      };
      const fail = (error: unknown) => watcher.failed?.(failureOf(error));
      const observer = {
        next: ({ data, errors }: Told<Event>) => {
          if (!watchers.has(watcher)) return;
          if (!data) return fail(errors);
          cursor = data.event.cursor;
          watcher.next(data.event);
        },
        error: (error: unknown) => {
          watchers.delete(watcher);
          fail(error);
        },
        complete: () => {
          const isEnd = watchers.delete(watcher);
          if (isEnd) watcher.ended?.();
        },
      };
      let stop = () => {};
      const start = (client: Client | null): void => {
        if (!watchers.has(watcher)) return;
        // Nobody wanted it, for a moment.
        if (client) stop = client.subscribe({ query, variables: sent }, observer);
        else socket.use(start);
      };
      socket.use(start);
      return () => {
        watchers.delete(watcher);
        // Not while a message is told: the library would count a stream that ends in the same packet as let go of twice,
        // keep the socket for ever, or take it from another stream.
        queueMicrotask(() => stop());
      };
    },
    close: () => {
      watchers.clear();
      socket.close();
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
