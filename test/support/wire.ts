// The network between a gateway and its providers: the simulator's HTTP on a port, with faults that a test chooses for
// each request, before or after the provider acted.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { createSimulator, type Simulator } from '../../packages/simulator/src/simulator';
import { systemClock } from '../../src/kernel/clock';
import { MOCK_WEBHOOK_SECRETS } from '../../src/providers/mock-webhook-secrets';
import { heardPool } from './pools';

/**
 * hang, cut, 500, html, bare: the provider never sees the request. The same with _after: it acted, and the answer is
 * lost or another. conflict and limited: it says so and did nothing.
 */
export type Fault =
  | 'hang'
  | 'hang_after'
  | 'cut'
  | 'cut_after'
  | '500'
  | '500_after'
  | 'html'
  | 'html_after'
  | 'bare'
  | 'bare_after'
  | 'empty_after'
  | 'conflict'
  | 'limited';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export class Wire {
  /** Says what goes wrong with a request; null: nothing. */
  fault: (request: Sent) => Fault | null = () => null;
  /** Set: the provider refuses our key in these words. */
  refusal: string | null = null;
  readonly seen: (Sent & { readonly fault: Fault | null })[] = [];

  private constructor(
    readonly url: string,
    private readonly server: http.Server,
    private readonly pool: pg.Pool,
    private readonly simulator: Simulator,
  ) {}

  static async open(databaseUrl: string): Promise<Wire> {
    const pool = heardPool({ connectionString: databaseUrl, max: 8 });
    const simulator = createSimulator({
      pool,
      clock: systemClock,
      secrets: MOCK_WEBHOOK_SECRETS,
      deliver: async () => ({ status: 500 }),
    });
    let wire: Wire | null = null;
    const server = http.createServer((request, response) => {
      if (wire) void wire.serve(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    wire = new Wire(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, pool, simulator);
    return wire;
  }

  /** How many requests met this fault. */
  met(fault: Fault): number {
    return this.seen.filter((request) => request.fault === fault).length;
  }

  /** The providers forget their idempotency keys, as after a day. */
  forgetKeys = () => this.simulator.forgetKeys();

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    await this.pool.end();
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse) {
    let body = '';
    for await (const chunk of request) body += chunk;
    const sent = { method: request.method ?? '', path: request.url ?? '', body };
    if (this.refusal !== null) {
      const error = { type: 'invalid_request_error', message: this.refusal };
      response.writeHead(403, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
      return;
    }
    const fault = this.fault(sent);
    this.seen.push({ ...sent, fault });
    const happens = fault === null || fault.endsWith('_after');
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const answer = happens ? await this.simulator.handle({ ...sent, headers }) : null;
    respond(fault, answer, response);
  }
}

type Answer = Awaited<ReturnType<Simulator['handle']>> | null;

function respond(fault: Fault | null, answer: Answer, response: http.ServerResponse): void {
  const say = (status: number, type: string, text: string) =>
    response.writeHead(status, { 'content-type': type }).end(text);
  switch (fault?.replace('_after', '')) {
    case undefined:
      response.writeHead(answer?.status ?? 500, answer?.headers).end(answer?.body);
      break;
    case 'hang':
      break; // Until somebody gives up.
    case 'cut':
      response.socket?.destroy();
      break;
    case '500':
      say(
        500,
        'application/json',
        '{"error":{"type":"api_error","code":"SERVER_ERROR","message":"An error occurred","description":"We are facing some trouble"}}',
      );
      break;
    case 'html':
      say(502, 'text/html', '<html><body><h1>502 Bad Gateway</h1></body></html>');
      break;
    case 'bare':
      say(500, 'application/json', '{"message":"upstream said no"}');
      break;
    case 'empty':
      say(200, 'application/json', '');
      break;
    case 'conflict':
      say(
        409,
        'application/json',
        '{"error":{"type":"idempotency_error","code":"idempotency_key_in_use","message":"in use","description":"in use"}}',
      );
      break;
    case 'limited':
      say(
        429,
        'application/json',
        '{"error":{"type":"rate_limit_error","code":"rate_limit","message":"slow down","description":"slow down"}}',
      );
      break;
  }
}
