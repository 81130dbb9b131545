// HTTP/1.1 over kept sockets, with as little of this process as it takes: what is sent was put together before, and of an answer
// only its status and its length are read. Node's own client costs more than the gateway needs to answer.
import net from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

// A server closes one that was idle for some seconds, Node's own after 5.
const FRESH_MS = 3_000;

const kept = new Set<Connection>();

/** Closes whatever a row has left open. */
export function closeConnections(): void {
  for (const connection of kept) connection.close();
}

/** One socket; it has at most one request under way. */
export class Connection {
  private socket: net.Socket | null = null;
  private usedMs = 0;
  private rest: Buffer | null = null;
  private waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;

  /** @param url of a server, such as http://127.0.0.1:4000; without TLS */
  constructor(private readonly url: string) {
    kept.add(this);
  }

  /**
   * @param text the whole request
   * @throws Error when the connection breaks while it waits, or where an answer has no length
   */
  send(text: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (performance.now() - this.usedMs > FRESH_MS) this.ended(new Error('It was idle'));
      this.waiting = { resolve, reject };
      this.socket ??= this.opened();
      this.socket.write(text, 'latin1');
    });
  }

  close(): void {
    kept.delete(this);
    this.ended(new Error('The connection was closed'));
  }

  private opened(): net.Socket {
    const { hostname, port } = new URL(this.url);
    const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
    socket.on('data', (chunk) => this.received(chunk));
    const ended = (error: Error) => {
      if (this.socket === socket) this.ended(error);
    };
    socket.on('error', ended);
    socket.on('end', () => ended(new Error('The connection was closed')));
    socket.on('close', () => ended(new Error('The connection was closed')));
    return socket;
  }

  private received(chunk: Buffer): void {
    const all = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    const head = all.indexOf('\r\n\r\n');
    const length = head < 0 ? Number.NaN : lengthIn(all.toString('latin1', 0, head));
    if (length < 0) {
      this.ended(new Error('An answer has no content-length'));
      return;
    }
    // NaN where the head is not whole yet.
    if (!(all.length >= head + 4 + length)) {
      this.rest = all;
      return;
    }
    this.rest = null;
    this.usedMs = performance.now();
    const { waiting } = this;
    this.waiting = null;
    waiting?.resolve({
      status: Number(all.toString('latin1', 9, 12)),
      body: all.subarray(head + 4, head + 4 + length),
    });
  }

  private ended(error: Error): void {
    const { socket, waiting } = this;
    [this.socket, this.waiting, this.rest] = [null, null, null];
    socket?.destroy();
    waiting?.reject(error);
  }
}

const lengthIn = (head: string): number => Number(/content-length: ?(\d+)/i.exec(head)?.[1] ?? -1);

/** So many connections to a server. */
export const connections = (url: string, count: number): Connection[] =>
  Array.from({ length: count }, () => new Connection(url));

/** A whole request. @param token '' for none @param body JSON as text, of ASCII alone */
export function requestText(path: string, token: string, body: string): string {
  const authorization = token ? `authorization: Bearer ${token}\r\n` : '';
  return (
    `POST ${path} HTTP/1.1\r\nhost: bench\r\naccept: application/json\r\ncontent-type: application/json\r\n${authorization}` +
    `content-length: ${body.length}\r\n\r\n${body}`
  );
}

const SLOT = 'x-the-slot-is-32-characters-long';

/** In the variables of a template: where `fill` puts what is another one in each request. */
export const slot = SLOT;

/**
 * A request of which one part is another each time.
 * @param body has `slot` in one place, which is filled to 32 characters
 */
export function template(path: string, token: string, body: object): (part: string) => string {
  const [before, after] = requestText(path, token, JSON.stringify(body)).split(SLOT) as [string, string];
  return (part) => before + part.padStart(SLOT.length, '0') + after;
}

let keys = 0;
const RUN = Date.now().toString(36);
/** One that no request had before, in this run or another. */
export const newKey = (): string => `b${RUN}${(++keys).toString(36)}`;

/** Sends one and expects what `isGood` looks for. @throws Error with what came in its place */
export async function asked(connection: Connection, text: string, isGood: string): Promise<Buffer> {
  const { status, body } = await connection.send(text);
  if (status !== 200 || !body.includes(isGood))
    throw new Error(`${status}: ${body.toString('latin1').slice(0, 300)}`);
  return body;
}
