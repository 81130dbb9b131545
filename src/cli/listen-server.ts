// Takes what providers, their tunnels, the simulator and the gateway send to a port of this machine. Nothing is accepted here in
// anybody's stead: a sender gets the receiver's own answer, and 502 when there is none, so that it sends again.
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UsageError } from './command';
import { forward, type Letter, type Try } from './listen-forward';
import type { Lines } from './listen-lines';

/** Where what comes to one path goes. */
export interface Route {
  readonly from: string;
  readonly to: URL;
  nameOf(body: Buffer, headers: IncomingMessage['headers']): { type: string | null; id: string | null };
  /** What to say beside an answer, where there is something to mend; null: nothing. */
  hintOf(tried: Try): string | null;
}

export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

// As the gateway's own limit.
const BODY_BYTES_MAX = 1024 * 1024;
// Enough to see that something comes again; the oldest are forgotten.
const REMEMBERED = 1_000;

/** @param routes by path, without the slash in front @throws UsageError when the port is taken */
export async function listenOn(
  port: number,
  routes: () => ReadonlyMap<string, Route>,
  lines: Lines,
): Promise<Listener> {
  const times = new Map<string, number>();
  const countOf = (key: string) => {
    const count = (times.get(key) ?? 0) + 1;
    times.delete(key);
    times.set(key, count);
    for (const oldest of times.keys()) {
      if (times.size <= REMEMBERED) break;
      times.delete(oldest);
    }
    return count;
  };
  const server = http.createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0]?.replace(/^\/(webhooks\/)?/, '') ?? '';
    const route = routes().get(path);
    if (!route || request.method !== 'POST')
      return answer(response, route ? 405 : 404, `POST to ${[...routes().keys()].map((name) => `/${name}`)}`);
    // Whoever goes away before the end has sent nothing.
    take(request, response, route).catch(() => response.destroy());
  });
  async function take(request: IncomingMessage, response: ServerResponse, route: Route): Promise<void> {
    const letter = await read(request);
    if (!letter) return answer(response, 413, `At most ${BODY_BYTES_MAX} bytes.`);
    const named = route.nameOf(letter.body, request.headers);
    const time = named.id === null ? 1 : countOf(`${route.from} ${named.id}`);
    const last = await forward(letter, route.to, (tried) =>
      lines.tried({ from: route.from, ...named, time }, tried),
    );
    const hint = route.hintOf(last);
    if (hint !== null) lines.hint(hint);
    if (!last.answer) return answer(response, 502, `${route.to} did not answer: ${last.error}`);
    const { status, contentType, body } = last.answer;
    response.writeHead(status, { 'content-type': contentType }).end(body);
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new UsageError(`Port ${port} is taken: name another by --port.`)
          : error,
      ),
    );
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const answer = (response: ServerResponse, status: number, text: string): void =>
  void response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);

/** @returns null for one that is too long */
async function read(request: IncomingMessage): Promise<Letter | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return null;
    chunks.push(chunk);
  }
  return { body: Buffer.concat(chunks), rawHeaders: request.rawHeaders };
}
