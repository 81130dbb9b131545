// WebSockets for thousands of listeners in this one process: a handshake, short text frames, and pongs (RFC 6455). A library's client
// takes more of this process than the gateway takes of its own.
import net from 'node:net';

const TEXT = 1;
const PING = 9;
const PONG = 10;
// RFC 6455, 5.2: what a length of 126 or 127 means.
const IN_TWO_BYTES = 126;
const IN_EIGHT_BYTES = 127;

export class Listener {
  private readonly socket: net.Socket;
  private rest: Buffer | null = null;
  private isOpen = false;
  private opened: (() => void) | null = null;
  private failed: ((error: Error) => void) | null = null;

  /** @param onText hears of each message; the buffer is not kept */
  constructor(
    private readonly url: URL,
    private readonly protocol: string,
    private readonly onText: (text: Buffer) => void,
  ) {
    this.socket = net.connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    this.socket.on('data', (chunk) => this.received(chunk));
    this.socket.on('error', (error) => this.failed?.(error));
    this.socket.on('close', () => this.failed?.(new Error('The socket was closed')));
  }

  /** @throws Error where the server does not agree */
  open(): Promise<void> {
    const protocol = this.protocol ? `sec-websocket-protocol: ${this.protocol}\r\n` : '';
    this.socket.write(
      `GET ${this.url.pathname} HTTP/1.1\r\nhost: ${this.url.host}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n${protocol}\r\n`,
    );
    return new Promise((resolve, reject) => {
      [this.opened, this.failed] = [resolve, reject];
    });
  }

  send(text: string): void {
    this.socket.write(frame(TEXT, Buffer.from(text)));
  }

  close(): void {
    this.failed = null;
    this.socket.destroy();
  }

  private received(chunk: Buffer): void {
    let all = this.rest ? Buffer.concat([this.rest, chunk]) : chunk;
    this.rest = null;
    if (!this.isOpen) {
      const end = all.indexOf('\r\n\r\n');
      if (end < 0) {
        this.rest = all;
        return;
      }
      const [line] = all.toString('latin1', 0, end).split('\r\n');
      if (!line?.startsWith('HTTP/1.1 101')) {
        this.failed?.(new Error(`Not upgraded: ${line}`));
        return;
      }
      this.isOpen = true;
      all = all.subarray(end + 4);
      this.opened?.();
    }
    while (all.length >= 2) {
      const short = (all[1] as number) & 127;
      const head = short === IN_TWO_BYTES ? 4 : short === IN_EIGHT_BYTES ? 10 : 2;
      if (all.length < head) break;
      const length = head === 2 ? short : head === 4 ? all.readUInt16BE(2) : Number(all.readBigUInt64BE(2));
      if (all.length < head + length) break;
      const payload = all.subarray(head, head + length);
      const kind = (all[0] as number) & 15;
      if (kind === TEXT) this.onText(payload);
      if (kind === PING) this.socket.write(frame(PONG, payload));
      all = all.subarray(head + length);
    }
    // Copied, so that a few bytes do not keep what else came with them.
    if (all.length > 0) this.rest = Buffer.from(all);
  }
}

/** Masked, as a client's has to be, by a mask of zeros, which leaves it as it is. */
function frame(kind: number, payload: Buffer): Buffer {
  const isShort = payload.length < IN_TWO_BYTES;
  const head = Buffer.alloc((isShort ? 2 : 4) + 4);
  head[0] = 128 | kind;
  head[1] = 128 | (isShort ? payload.length : IN_TWO_BYTES);
  if (!isShort) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}
