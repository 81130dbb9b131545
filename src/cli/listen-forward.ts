// Hands one request on as it came: the same bytes, the same headers, by a connection of its own.
import http from 'node:http';
import https from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

export interface Letter {
  readonly body: Buffer;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: Buffer;
}

/** One try: an answer, or why there was none. */
export interface Try {
  readonly answer: Answer | null;
  readonly error: string | null;
  readonly ms: number;
  /** After this it is tried again; null: it is not. */
  readonly againInMs: number | null;
}

// A gateway that is being started again is back within these; their sum is below the 5 s that Razorpay waits for an answer.
const AGAIN_AFTER_MS = [250, 500, 1_000, 2_000];
// Longer than any sender waits.
const ANSWER_WITHIN_MS = 20_000;
// What belongs to the connection that it came by (RFC 9110, 7.6.1), and what the new one says itself.
const OF_CONNECTION = [
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...['host', 'content-length', 'expect'],
];

/**
 * Hands it on until somebody answers, whatever the answer is. It may arrive twice: who receives webhook events expects that.
 * @returns the last try; its answer is null when nobody answered
 */
export async function forward(letter: Letter, to: URL, told: (tried: Try) => void): Promise<Try> {
  for (let count = 0; ; count += 1) {
    const tried = { ...(await attempt(letter, to)), againInMs: null };
    const againInMs = tried.answer ? null : (AGAIN_AFTER_MS[count] ?? null);
    told({ ...tried, againInMs });
    if (againInMs === null) return tried;
    await pause(againInMs);
  }
}

function attempt({ body, rawHeaders }: Letter, to: URL): Promise<Omit<Try, 'againInMs'>> {
  const startedMs = performance.now();
  return new Promise((resolve) => {
    const end = (answer: Answer | null, error: string | null) =>
      resolve({ answer, error, ms: Math.round(performance.now() - startedMs) });
    const { request: send } = to.protocol === 'https:' ? https : http;
    const request = send(to, { method: 'POST', agent: false, headers: headersFor(rawHeaders, to, body) });
    request.setTimeout(ANSWER_WITHIN_MS, () => request.destroy(new Error('no answer in time')));
    request.on('error', (error: NodeJS.ErrnoException) => end(null, error.code ?? error.message));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error: NodeJS.ErrnoException) => end(null, error.code ?? error.message));
      response.on('end', () => {
        const contentType = response.headers['content-type'] ?? 'text/plain';
        end({ status: response.statusCode ?? 502, contentType, body: Buffer.concat(chunks) }, null);
      });
    });
    request.end(body);
  });
}

function headersFor(raw: readonly string[], to: URL, body: Buffer): string[] {
  const kept = raw.flatMap((name, at) =>
    at % 2 === 0 && !OF_CONNECTION.includes(name.toLowerCase()) ? [name, raw[at + 1] ?? ''] : [],
  );
  return [...kept, 'Host', to.host, 'Content-Length', String(body.length), 'Connection', 'close'];
}
