// A user's balance as it changes: server-sent events of the gateway, over as many connections as it takes. Each one starts where
// the one before ended, so that no change is missed and none comes twice.
import { lost, type TopLevelError, topLevel, unreadable } from './attempt';
import { pauseAfter } from './call';
import { GatewayError } from './failure';
import { WATCH_BALANCE } from './operations';
import type { Settings } from './options';
import type { BalanceChange } from './types';

// The gateway writes something at least every 12 s; after two of these that did not come the connection is dead.
const SILENT_MS = 30_000;

/**
 * @param signal ends it, without an error; so does leaving the loop
 * @returns a snapshot first, then every change
 * @throws GatewayError that waiting does not mend, such as UNAUTHENTICATED when the key was revoked; all else is tried again, for ever
 */
export async function* watchBalance(
  settings: Settings,
  userId: string,
  signal?: AbortSignal,
): AsyncGenerator<BalanceChange, void, void> {
  let after: string | null = null;
  for (let failed = 0; !signal?.aborted; ) {
    try {
      for await (const change of connection(settings, { userId, after }, signal)) {
        failed = 0;
        after = change.cursor;
        yield change;
      }
    } catch (error) {
      if (signal?.aborted) return;
      const pauseMs = pauseAfter(error, ++failed);
      if (pauseMs === null) throw error;
      await pause(pauseMs, signal);
    }
  }
}

/** Resolves earlier when there is nothing left to wait for. */
const pause = (ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });

/** One connection. It always ends with an error: a stream that just ends was cut. */
async function* connection(
  settings: Settings,
  variables: object,
  signal: AbortSignal | undefined,
): AsyncGenerator<BalanceChange, void, void> {
  const end = new AbortController();
  const stop = () => end.abort();
  signal?.addEventListener('abort', stop);
  let timer = setTimeout(stop, settings.timeoutMs);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(stop, SILENT_MS);
  };
  try {
    const response = await open(settings, variables, end.signal);
    for await (const event of eventsOf(response, heard)) yield changeIn(event);
    throw new TypeError('the stream ended');
  } catch (cause) {
    throw cause instanceof GatewayError ? cause : lost(settings, cause);
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(timer);
    stop();
  }
}

async function open(settings: Settings, variables: object, signal: AbortSignal): Promise<Response> {
  const response = await settings.fetch(`${settings.endpoint}/stream`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      authorization: `Bearer ${await settings.apiKey()}`,
    },
    body: JSON.stringify({ query: WATCH_BALANCE, variables }),
    // A redirect would carry the key to another address.
    redirect: 'error',
    signal,
  });
  if (response.ok && response.headers.get('content-type')?.startsWith('text/event-stream')) return response;
  const answer = (await response.json().catch(() => null)) as {
    errors?: readonly TopLevelError[];
  } | null;
  const [error] = answer?.errors ?? [];
  throw error ? topLevel(error) : unreadable(response);
}

interface StreamEvent {
  readonly data?: { readonly balanceChanged: BalanceChange } | null;
  readonly errors?: readonly TopLevelError[];
}

/**
 * The events of a stream, as the gateway writes them: `event:` and one line of `data:`, with an empty line behind. Lines that begin
 * with a colon are there to be heard. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
async function* eventsOf(response: Response, heard: () => void): AsyncGenerator<StreamEvent, void, void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of response.body ?? []) {
    heard();
    const blocks = (rest + decoder.decode(bytes, { stream: true })).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = /^data: ?(\{.*)$/m.exec(block)?.[1];
      if (data !== undefined) yield JSON.parse(data);
    }
  }
}

/** @throws GatewayError: what the stream told instead of a change */
function changeIn({ data, errors }: StreamEvent): BalanceChange {
  const [error] = errors ?? [];
  // Whoever read too slowly goes on from where it was.
  if (error?.extensions?.code === 'TOO_SLOW')
    throw new GatewayError('TOO_SLOW', error.message ?? 'What was sent was not read in time.', {
      retryAfterSeconds: 0,
    });
  if (error) throw topLevel(error);
  if (!data)
    throw new GatewayError('INTERNAL_SERVER_ERROR', "The gateway's stream has an event without data.");
  return data.balanceChanged;
}
