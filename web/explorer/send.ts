// How the explorer asks: HTTP for queries and mutations; WebSocket or server-sent events for subscriptions, whose every
// event is kept with its time.
import type { FormattedExecutionResult } from 'graphql';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { log } from './log';

export interface Asked {
  readonly query: string;
  readonly operationName: string | null;
  readonly isLive: boolean;
  readonly variables: Record<string, unknown>;
  readonly headers: Record<string, string>;
  readonly over: 'WebSocket' | 'SSE';
}

/** What the answer's pane shows: a value as JSON, and a line about how it came. */
export interface Shown {
  readonly value: unknown;
  readonly note: string;
}

// Long enough for a gateway that is started again.
const RETRIES = 5;

export const send = (asked: Asked, signal: AbortSignal): AsyncIterable<Shown> =>
  asked.isLive ? everyEvent(asked, signal) : once(asked, signal);

async function* once({ query, operationName, variables, headers }: Asked, signal: AbortSignal) {
  const startedMs = performance.now();
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json, application/json',
      'content-type': 'application/json',
      ...headers,
    },
    body: JSON.stringify({ query, operationName, variables }),
    signal,
  });
  const text = await response.text();
  const ms = Math.round(performance.now() - startedMs);
  const size = new Blob([text]).size;
  yield { value: readable(text), note: `${response.status} · ${ms} ms · ${sizeOf(size)}` };
}

const sizeOf = (bytes: number) => (bytes < 1_000 ? `${bytes} B` : `${(bytes / 1_000).toFixed(1)} kB`);

/** What is in front of a gateway does not always answer in JSON. */
function readable(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function* everyEvent(asked: Asked, signal: AbortSignal) {
  const startedMs = performance.now();
  const name = asked.operationName ?? 'subscription';
  const heard: { number: number; ms: number; data: unknown }[] = [];
  const hear = (data: unknown) => {
    const event = { number: heard.length + 1, ms: Math.round(performance.now() - startedMs), data };
    log.add({ ...event, name, at: new Date() });
    if (data !== null) heard.unshift(event);
  };
  const shown = (stream: string): Shown => ({
    value: {
      stream,
      events: heard.map(({ number, ms, data }) => ({ '#': number, '+ms': ms, ...(data as object) })),
    },
    note: `${asked.over} · ${heard.length} event${heard.length === 1 ? '' : 's'}`,
  });
  yield shown('waiting');
  for await (const event of listen(asked, signal)) {
    hear(event);
    yield shown('live');
  }
  if (!signal.aborted) hear(null);
  yield shown(signal.aborted ? 'stopped' : 'completed by the gateway');
}

/** The results of a subscription until it is completed or stopped. @throws what closed it otherwise */
async function* listen(
  { query, operationName, variables, headers, over }: Asked,
  signal: AbortSignal,
): AsyncGenerator<FormattedExecutionResult> {
  const client =
    over === 'SSE'
      ? createSseClient({ url: '/graphql/stream', headers, retryAttempts: RETRIES })
      : createSocketClient({
          url: `${location.origin.replace('http', 'ws')}/graphql`,
          connectionParams: headers,
          retryAttempts: RETRIES,
          shouldRetry: () => true,
        });
  const payload = { query, variables, ...(operationName ? { operationName } : {}) };
  const results = client.iterate(payload) as AsyncIterableIterator<FormattedExecutionResult>;
  const stop = () => void results.return?.();
  signal.addEventListener('abort', stop);
  try {
    yield* results;
  } finally {
    signal.removeEventListener('abort', stop);
    await client.dispose();
  }
}
