// Watchers of a balance over server-sent events and WebSocket, which come back with their cursor when their process goes. Each
// sees every version of the wallet once, in order.
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { SERVED_BY } from './balancer';
import { failure, type Tally } from './tally';

const WATCH = `subscription ($after: String) { balanceChanged(after: $after) { kind cursor balance { version } } }`;
const BACK_AFTER_MS = 200;

interface Event {
  readonly kind: 'snapshot' | 'change' | 'gap';
  readonly cursor: string;
  readonly balance: { readonly version: number };
}

/** How a stream ended, in words; it never ends by itself. */
type Open = (
  after: string | null,
  next: (event: Event) => void,
  served: (by: string) => void,
) => Promise<string>;

export interface Watcher {
  /** Resolves when `version` was seen. */
  until(version: number): Promise<void>;
  stop(): void;
}

/** @param wasStopped whether the process at an address was told to end */
export function watch(open: Open, name: string, tally: Tally, wasStopped: (by: string) => boolean): Watcher {
  let stopped = false;
  let cursor: string | null = null;
  let version = 0;
  const take = (event: Event) => {
    tally.events++;
    const isFirst = cursor === null;
    if (
      isFirst ? event.kind !== 'snapshot' : event.kind !== 'change' || event.balance.version !== version + 1
    )
      tally.lost.push(failure(name, `${event.kind} ${event.balance.version} after ${version}`));
    ({ cursor } = event);
    ({ version } = event.balance);
  };
  const run = async () => {
    while (!stopped) {
      let by = '';
      const why = await open(cursor, take, (address) => {
        by = address;
      });
      if (stopped) return;
      if (by !== '' && !wasStopped(by)) tally.ended.push(failure(name, why, by));
      else if (by !== '') tally.moved++;
      await new Promise((resolve) => setTimeout(resolve, BACK_AFTER_MS));
    }
  };
  void run();
  return {
    stop: () => {
      stopped = true;
    },
    until: async (wanted) => {
      const untilMs = Date.now() + 20_000;
      while (version < wanted && Date.now() < untilMs)
        await new Promise((resolve) => setTimeout(resolve, 50));
      if (version !== wanted) tally.lost.push(failure(name, `stands at ${version}, the wallet at ${wanted}`));
    },
  };
}

export const overEvents =
  (url: string, token: string, signal: AbortSignal): Open =>
  async (after, next, served) => {
    try {
      const response = await fetch(`${url}/graphql/stream`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          accept: 'text/event-stream',
          authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ query: WATCH, variables: { after } }),
        signal,
      });
      if (response.status !== 200) return `status ${response.status}`;
      served(response.headers.get(SERVED_BY) ?? '');
      let text = '';
      const decoder = new TextDecoder();
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        text += decoder.decode(chunk, { stream: true });
        const parts = text.split('\n\n');
        text = parts.pop() ?? '';
        for (const part of parts) {
          const data = /^event: next\ndata: (.*)$/s.exec(part)?.[1];
          if (data === undefined) continue;
          const answer = JSON.parse(data);
          if (answer.errors) return `errors ${data}`;
          next(answer.data.balanceChanged);
        }
      }
      return 'the end';
    } catch (error) {
      return String((error as Error).cause ?? error);
    }
  };

export const overSocket =
  (url: string, token: string, signal: AbortSignal): Open =>
  (after, next, served) =>
    new Promise((resolve) => {
      const client = createClient({
        url: `${url.replace('http', 'ws')}/graphql`,
        retryAttempts: 0,
        connectionParams: { authorization: `Bearer ${token}` },
        webSocketImpl: class extends WebSocket {
          constructor(address: string, protocols: string[]) {
            super(address, protocols);
            this.on('upgrade', ({ headers }) => served(String(headers[SERVED_BY] ?? '')));
          }
        },
      });
      const end = (why: string) => {
        resolve(why);
        void client.dispose();
      };
      signal.addEventListener('abort', () => end('stopped'));
      client.subscribe<{ balanceChanged: Event }>(
        { query: WATCH, variables: { after } },
        {
          next: ({ data, errors }) =>
            data ? next(data.balanceChanged) : end(`errors ${JSON.stringify(errors)}`),
          error: (error) => end(`${(error as { code?: number }).code ?? ''} ${JSON.stringify(error)}`),
          complete: () => end('complete'),
        },
      );
    });
