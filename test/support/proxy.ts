// A TCP proxy before PostgreSQL that can go silent, as a network does that is cut off without a reset, or refuse.
import net from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** silent: bytes vanish both ways, on connections that are open and on new ones. refuse: everything is cut at once. */
export type ProxyMode = 'pass' | 'silent' | 'refuse';

export class PostgresProxy {
  mode: ProxyMode = 'pass';
  /** Connections that were refused so far. */
  refused = 0;
  private readonly pairs = new Set<{ client: net.Socket; server: net.Socket; isSilent: boolean }>();

  private constructor(
    readonly url: string,
    private readonly listener: net.Server,
  ) {}

  /** @param databaseUrl by TCP or by a socket's directory. */
  static async open(databaseUrl: string): Promise<PostgresProxy> {
    const [, user, hostAndPort, database, directory] =
      /^\w+:\/\/([^@/]*)@?([^/]*)\/([^?]*)(?:\?host=([^&]*))?/.exec(databaseUrl) ?? [];
    const [host = '', port = '5432'] = (hostAndPort ?? '').split(':');
    const target = directory
      ? { path: `${decodeURIComponent(directory)}/.s.PGSQL.5432` }
      : { host, port: Number(port) };
    let proxy: PostgresProxy | null = null;
    const listener = net.createServer((client) => proxy?.join(client, net.connect(target)));
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port: ours } = listener.address() as net.AddressInfo;
    proxy = new PostgresProxy(`postgresql://${user}@127.0.0.1:${ours}/${database}`, listener);
    return proxy;
  }

  /** What was open stays silent for ever, whatever comes later. */
  goSilent(): void {
    this.mode = 'silent';
    for (const pair of this.pairs) pair.isSilent = true;
  }

  /** Cuts all that is open, and refuses what comes until `mode` says otherwise. */
  cut(): void {
    this.mode = 'refuse';
    for (const { client, server } of this.pairs) for (const end of [client, server]) end.destroy();
  }

  async refuseFor(ms: number): Promise<void> {
    this.cut();
    await delay(ms);
    this.mode = 'pass';
  }

  async close(): Promise<void> {
    for (const { client, server } of this.pairs) for (const end of [client, server]) end.destroy();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private join(client: net.Socket, server: net.Socket): void {
    const pair = { client, server, isSilent: this.mode === 'silent' };
    this.pairs.add(pair);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => undefined);
      from.on('data', (chunk) => {
        if (!pair.isSilent) to.write(chunk);
      });
      from.on('close', () => {
        this.pairs.delete(pair);
        if (!pair.isSilent) to.destroy();
      });
    }
    if (this.mode !== 'refuse') return;
    this.refused += 1;
    client.destroy();
  }
}
