// A balancer as people have one before their gateways: each request goes to a process that says it is ready, and where nobody
// listens any more to the next one. What a process does with a request is its own affair: nothing else is tried again here.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';

const LOOK_EVERY_MS = 200;
/** Names the process that answered. */
export const SERVED_BY = 'x-served-by';

interface Backend {
  readonly url: string;
  isReady: boolean;
}

export interface Balancer {
  readonly url: string;
  /** From now on asked whether it is ready. */
  add(url: string): Promise<void>;
  /** No request more; what is under way goes on. */
  takeOut(url: string): void;
  close(): void;
}

export async function startBalancer(): Promise<Balancer> {
  const backends = new Map<string, Backend>();
  let turn = 0;
  const next = (tried: ReadonlySet<string>): Backend | undefined => {
    const ready = [...backends.values()].filter(({ url, isReady }) => isReady && !tried.has(url));
    return ready[turn++ % Math.max(1, ready.length)];
  };
  const look = (backend: Backend) =>
    fetch(`${backend.url}/readyz`, {
      signal: AbortSignal.timeout(1_000),
      headers: { connection: 'close' },
    }).then(
      ({ status }) => {
        backend.isReady = status === 200;
      },
      () => {
        backend.isReady = false;
      },
    );
  const looking = setInterval(() => {
    for (const backend of backends.values()) void look(backend);
  }, LOOK_EVERY_MS);

  const server = http.createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (part) => parts.push(part));
    request.on('end', () => forward(request, Buffer.concat(parts), response, new Set()));
  });
  function forward(
    request: http.IncomingMessage,
    body: Buffer,
    response: http.ServerResponse,
    tried: Set<string>,
  ): void {
    const backend = next(tried);
    if (!backend) return void response.writeHead(503).end('nobody is ready');
    const { hostname, port } = new URL(backend.url);
    const headers = { ...request.headers, connection: 'close' };
    const asked = http.request({
      hostname,
      port,
      path: request.url,
      method: request.method,
      headers,
      agent: false,
    });
    asked.on('response', (answer) => {
      const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, { ...kept, [SERVED_BY]: backend.url });
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    response.on('close', () => asked.destroy());
    asked.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') {
        backend.isReady = false;
        return forward(request, body, response, tried.add(backend.url));
      }
      if (response.headersSent) return void response.destroy();
      response.writeHead(502, { [SERVED_BY]: backend.url }).end(String(error));
    });
    asked.end(body);
  }
  server.on('upgrade', (request, socket: Duplex, head) => {
    socket.on('error', () => socket.destroy());
    const backend = next(new Set());
    if (!backend) return void socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
    const { hostname, port } = new URL(backend.url);
    const asked = http.request({ hostname, port, path: request.url, headers: request.headers, agent: false });
    asked.on('upgrade', (answer, behind, first) => {
      const lines = Object.entries({ ...answer.headers, [SERVED_BY]: backend.url }).map((pair) =>
        pair.join(': '),
      );
      socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('\r\n')}\r\n\r\n`);
      socket.write(first);
      behind.write(head);
      behind.on('error', () => socket.destroy());
      behind.pipe(socket).pipe(behind);
    });
    asked.on('response', () => socket.destroy());
    asked.on('error', () => socket.destroy());
    asked.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: async (url) => {
      const backend = { url, isReady: false };
      backends.set(url, backend);
      await look(backend);
    },
    takeOut: (url) => void backends.delete(url),
    close: () => {
      clearInterval(looking);
      server.close();
      server.closeAllConnections();
    },
  };
}
