// One HTTP request to a receiver, whose address is checked where the connection is made. Only the status of the answer
// counts: nothing is followed, and nothing of the body is kept.
import { type LookupAddress, type LookupOptions, lookup as systemLookup } from 'node:dns';
import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import { type AddressRules, literalOf } from './address';

export interface PostRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  /** Ends the request early, with an error. */
  readonly signal: AbortSignal;
}

export interface PostResult {
  /** Null: no answer came. */
  readonly status: number | null;
  /** Why it does not count as received, in words without a secret; null for 2xx. */
  readonly error: string | null;
  /** What the receiver asked for by Retry-After. */
  readonly retryAfterSeconds: number | null;
}

export type Lookup = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Never throws and never rejects. */
export type Post = (request: PostRequest) => Promise<PostResult>;

// Enough for any answer that a person wrote; a receiver that sends more is cut off, and its status still counts.
const ANSWER_BYTES_MAX = 64 * 1024;

/** Makes the function that sends. @param lookup resolves names; the system's own unless a test says otherwise. */
export function createPost(rules: AddressRules, lookup: Lookup = systemLookup): Post {
  const resolve = checkedLookup(rules, oneAtATime(lookup));
  return (request) =>
    new Promise((finish) => {
      const url = new URL(request.url);
      let result: PostResult = { status: null, error: 'the connection was closed', retryAfterSeconds: null };
      const literal = literalOf(url);
      if (literal && !rules.allows(literal)) return finish({ ...result, error: NOT_PUBLIC });
      const { request: send } = url.protocol === 'https:' ? https : http;
      const sent = send(url, {
        method: 'POST',
        headers: { ...request.headers, 'content-length': Buffer.byteLength(request.body) },
        // A connection of its own for every attempt: each address is checked, and none is taken from a proxy's settings.
        agent: false,
        lookup: resolve,
      });
      const end = (why: string) => sent.destroy(new Error(why));
      const timer = setTimeout(() => end(`no answer within ${request.timeoutMs} ms`), request.timeoutMs);
      const stop = () => end('the gateway is stopping');
      request.signal.addEventListener('abort', stop, { once: true });
      sent.on('response', (response) => {
        result = resultOf(response);
        drain(response);
      });
      sent.on('error', (error: NodeJS.ErrnoException) => {
        // Once there is a status, it is the answer, whatever becomes of the body.
        if (result.status === null) result = { ...result, error: error.code ?? error.message };
      });
      sent.on('close', () => {
        clearTimeout(timer);
        request.signal.removeEventListener('abort', stop);
        finish(result);
      });
      if (request.signal.aborted) stop();
      else sent.end(request.body);
    });
}

function drain(response: http.IncomingMessage): void {
  let bytes = 0;
  response.on('error', () => undefined);
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) response.destroy();
  });
}

const NOT_PUBLIC = 'the address is not a public one';

/**
 * Asks for a name once at a time and tells everybody who waits. The system resolves on a few threads that the whole
 * process shares: a name whose servers do not answer must not take them all.
 */
function oneAtATime(lookup: Lookup): Lookup {
  const asked = new Map<string, Parameters<Lookup>[2][]>();
  return (hostname, _options, callback) => {
    const waiting = asked.get(hostname);
    if (waiting) {
      waiting.push(callback);
      return;
    }
    const callbacks = [callback];
    asked.set(hostname, callbacks);
    lookup(hostname, { all: true }, (error, addresses) => {
      asked.delete(hostname);
      for (const tell of callbacks) tell(error, addresses);
    });
  };
}

/** Resolves a name and refuses it when any of its addresses is refused: an answer of both kinds is a trick. */
function checkedLookup(rules: AddressRules, lookup: Lookup): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error || !first) return callback(error ?? new Error('the name has no address'), '', 0);
      if (!addresses.every(({ address }) => rules.allows(address)))
        return callback(new Error(NOT_PUBLIC), '', 0);
      if (options.all) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}

function resultOf(response: http.IncomingMessage): PostResult {
  const status = response.statusCode ?? 0;
  const isReceived = status >= 200 && status < 300;
  const isRedirect = status >= 300 && status < 400;
  const error = isRedirect ? `HTTP ${status}: redirects are not followed` : `HTTP ${status}`;
  return {
    status,
    error: isReceived ? null : error,
    retryAfterSeconds: isReceived ? null : retryAfter(response.headers['retry-after']),
  };
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function retryAfter(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header);
  const untilMs = Date.parse(header);
  return Number.isNaN(untilMs) ? null : Math.max(0, Math.ceil((untilMs - Date.now()) / 1000));
}
