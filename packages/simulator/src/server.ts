// The stand-in over TCP, so that a real SDK, or a gateway in another process, can be pointed at it.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMultipart } from './multipart';
import type { Simulator } from './simulator';

export interface SimulatorServer {
  /** Without a slash at the end. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

// Far above any request of the two providers.
const BODY_BYTES_MAX = 1_000_000;

/** @param at port 0 takes a free one. */
export async function serve(
  simulator: Pick<Simulator, 'handle'>,
  at: { readonly port: number; readonly host: string },
): Promise<SimulatorServer> {
  const server = http.createServer((request, response) => {
    answer(simulator, request, response).catch(() => {
      // What a provider that is out of order answers: no detail, and nothing that a client could parse.
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/html' });
      response.end('<html><body>500</body></html>');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(at.port, at.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${at.host}:${port}`,
    port,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

async function answer(
  simulator: Pick<Simulator, 'handle'>,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) {
      response.writeHead(413, { connection: 'close' }).end();
      return;
    }
    chunks.push(chunk);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  const result = await simulator.handle({
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers,
    body: Buffer.concat(chunks).toString(isMultipart(headers['content-type']) ? 'latin1' : 'utf8'),
  });
  // Without a length Node sends the answer in chunks, which costs both ends more.
  const length = { 'content-length': String(Buffer.byteLength(result.body)) };
  response.writeHead(result.status, { ...result.headers, ...length }).end(result.body);
}
