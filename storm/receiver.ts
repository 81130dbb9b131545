// The product's back end, where deliveries go: it counts what it was told, and keeps what it was told of spends.
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export class Receiver {
  /** How often each event of each subject came. */
  readonly received = new Map<string, number>();
  /** Deliveries of credits.spent by their transaction, as a receiver keeps them. */
  readonly spends = new Map<string, string>();

  private constructor(private readonly server: http.Server) {}

  static async open(): Promise<Receiver> {
    const server = http.createServer(async (request, response) => {
      let text = '';
      for await (const piece of request) text += piece;
      receiver.take(text);
      response.writeHead(204).end();
    });
    const receiver = new Receiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
  }

  private take(text: string): void {
    const { type, data } = JSON.parse(text);
    const name = `${type} ${data?.intentId ?? data?.intent?.id ?? data?.id ?? ''}`;
    this.received.set(name, (this.received.get(name) ?? 0) + 1);
    if (type === 'credits.spent') this.spends.set(data.transactionId, text);
  }
}
