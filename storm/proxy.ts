// The network between two programs: a TCP proxy whose weather changes while connections are open.
import net from 'node:net';

/**
 * pass: as if it were not there. refuse: what is open was cut, what is new is cut at once. silent: bytes vanish both ways, and
 * nobody is told. deaf: what is sent arrives, and the answers vanish: the most harmful of them, because the work is done. slow:
 * each piece waits.
 */
export type Weather = 'pass' | 'refuse' | 'silent' | 'deaf' | 'slow';

interface Pair {
  readonly client: net.Socket;
  readonly server: net.Socket;
  /** Bytes were lost on it: it is of no use any more. */
  isTorn: boolean;
}

export class TcpProxy {
  weather: Weather = 'pass';
  /** What a piece waits in slow weather, in milliseconds: at least, and at most. */
  delayMs: readonly [number, number] = [20, 200];
  private readonly pairs = new Set<Pair>();

  private constructor(
    readonly port: number,
    private readonly listener: net.Server,
    /** Where to, asked for each connection: what is behind it may have moved. */
    private readonly target: () => net.NetConnectOpts | null,
  ) {}

  static async open(target: () => net.NetConnectOpts | null): Promise<TcpProxy> {
    let proxy: TcpProxy | null = null;
    const listener = net.createServer({ allowHalfOpen: false }, (client) => proxy?.join(client));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    proxy = new TcpProxy((listener.address() as net.AddressInfo).port, listener, target);
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Cuts all that is open, with a reset. */
  cut(): void {
    for (const { client, server } of this.pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  /** What is open stays silent for ever, as behind a router that forgot it; what is new passes. */
  forget(): void {
    for (const pair of this.pairs) pair.isTorn = true;
  }

  /** Fair again. Connections on which bytes were lost are cut: their two ends would not understand each other. */
  clear(): void {
    this.weather = 'pass';
    for (const { client, server, isTorn } of this.pairs)
      if (isTorn) {
        client.resetAndDestroy();
        server.destroy();
      }
  }

  async close(): Promise<void> {
    for (const { client, server } of this.pairs) for (const end of [client, server]) end.destroy();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private join(client: net.Socket): void {
    client.on('error', () => undefined);
    const target = this.target();
    if (this.weather === 'refuse' || !target) {
      client.resetAndDestroy();
      return;
    }
    const server = net.connect(target);
    server.on('error', () => undefined);
    const pair: Pair = { client, server, isTorn: false };
    this.pairs.add(pair);
    this.pass(pair, client, server, true);
    this.pass(pair, server, client, false);
  }

  private pass(pair: Pair, from: net.Socket, to: net.Socket, isUpward: boolean): void {
    from.setNoDelay(true);
    let freeAtMs = 0;
    // Pieces keep their order: each waits for the one before.
    const inOrder = (work: () => void) => {
      const nowMs = performance.now();
      const [least, most] = this.delayMs;
      const waitMs = this.weather === 'slow' ? least + Math.random() * (most - least) : 0;
      const atMs = Math.max(freeAtMs, nowMs + waitMs);
      freeAtMs = atMs;
      if (atMs <= nowMs) work();
      else setTimeout(work, atMs - nowMs);
    };
    from.on('data', (piece) => {
      const isLost = pair.isTorn || this.weather === 'silent' || (this.weather === 'deaf' && !isUpward);
      if (isLost) pair.isTorn = true;
      else inOrder(() => void to.write(piece));
    });
    from.on('close', () => {
      this.pairs.delete(pair);
      // Behind a silent network nobody hears that the other end is gone.
      if (pair.isTorn && isUpward) return;
      inOrder(() => to.destroy());
    });
  }
}
