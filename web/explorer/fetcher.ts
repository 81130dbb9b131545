// How the explorer asks: HTTP for queries and mutations, graphql-ws for subscriptions, whose every event is kept with
// its time. GraphiQL by itself shows only the newest.
import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit';
import { Kind } from 'graphql';
import { createClient } from 'graphql-ws';
import { type Heard, log } from './log';

export function fetcherFor(token: string | null): { readonly fetcher: Fetcher; close(): void } {
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
  const wsClient = createClient({
    url: `${location.origin.replace('http', 'ws')}/graphql`,
    connectionParams: headers,
    retryAttempts: 5,
    shouldRetry: () => true,
  });
  const base = createGraphiQLFetcher({ url: '/graphql', headers, wsClient });
  const fetcher: Fetcher = async (params, options) => {
    const result = await base(params, options);
    const isLive = options?.documentAST?.definitions.some(
      (part) =>
        part.kind === Kind.OPERATION_DEFINITION &&
        part.operation === 'subscription' &&
        (!params.operationName || part.name?.value === params.operationName),
    );
    if (!isLive) return result;
    return everyEvent(result as AsyncIterable<unknown>, params.operationName ?? 'subscription') as never;
  };
  return { fetcher, close: () => void wsClient.dispose() };
}

async function* everyEvent(stream: AsyncIterable<unknown>, name: string) {
  const startedMs = performance.now();
  const events: Heard[] = [];
  const hear = (data: unknown) => {
    const event = {
      number: events.length + 1,
      name,
      at: new Date(),
      ms: Math.round(performance.now() - startedMs),
      data,
    };
    events.unshift(event);
    log.add(event);
  };
  const shown = (state: string) => ({
    stream: state,
    events: events.map(({ number, ms, data }) => ({ '#': number, '+ms': ms, ...(data as object) })),
  });
  for await (const event of stream) {
    hear(event);
    yield shown('live');
  }
  log.add({
    number: events.length + 1,
    name,
    at: new Date(),
    ms: Math.round(performance.now() - startedMs),
    data: null,
  });
  yield shown('completed by the gateway');
}
