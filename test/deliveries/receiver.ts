// A product's back end: a real HTTP server on this machine that writes down what it gets and answers as it is told.
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';

export interface Got {
  readonly headers: Record<string, string>;
  /** Byte for byte. */
  readonly body: string;
  readonly event: any;
  readonly path: string;
  readonly atMs: number;
}

export type Answer =
  | number
  | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
  /** Takes the connection and never answers. */
  | 'hang';

export interface Receiver {
  readonly url: string;
  readonly port: number;
  readonly got: readonly Got[];
  /** At most this many requests were open at the same time. */
  readonly mostAtOnce: number;
  /** How to answer from now on; a list is used up, its last one stays. */
  answer(...answers: Answer[]): void;
  /** Each answer waits this long. */
  delayMs: number;
  until(isEnough: (got: readonly Got[]) => boolean, withinMs?: number): Promise<readonly Got[]>;
  close(): Promise<void>;
}

const open = new Set<Receiver>();

/** Ends what a test left open. */
export const closeReceivers = () => Promise.all([...open].map((receiver) => receiver.close()));

export async function startReceiver(tls?: { key: string; cert: string }): Promise<Receiver> {
  const got: Got[] = [];
  const state = { answers: [200] as Answer[], atOnce: 0, most: 0, changed: () => {} };
  const handle: http.RequestListener = (request, response) => {
    state.atOnce++;
    state.most = Math.max(state.most, state.atOnce);
    response.once('close', () => state.atOnce--);
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const event = body.startsWith('{') ? JSON.parse(body) : null;
      const headers = request.headers as Record<string, string>;
      got.push({ headers, body, event, path: request.url ?? '', atMs: performance.now() });
      const answer = (state.answers.length > 1 ? state.answers.shift() : state.answers[0]) ?? 200;
      if (answer !== 'hang') {
        const { status, headers, body: text } = typeof answer === 'number' ? { status: answer } : answer;
        setTimeout(() => response.writeHead(status, headers).end(text), receiver.delayMs);
      }
      state.changed();
    });
    request.on('error', () => undefined);
  };
  const server = tls ? https.createServer(tls, handle) : http.createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/hook`,
    port,
    got,
    delayMs: 0,
    get mostAtOnce() {
      return state.most;
    },
    answer: (...answers) => {
      state.answers = answers;
    },
    until: async (isEnough, withinMs = 30_000) => {
      const untilMs = Date.now() + withinMs;
      while (!isEnough(got)) {
        const restMs = untilMs - Date.now();
        if (restMs <= 0)
          throw new Error(`Waited ${withinMs} ms; got ${got.map(({ body }) => body).join('\n')}`);
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, restMs);
          state.changed = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      return got;
    },
    close: async () => {
      open.delete(receiver);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  open.add(receiver);
  return receiver;
}
