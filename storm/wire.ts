// HTTP between the gateways and their providers, both ways: each request may meet a fault of its own, before or after it acted.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Random } from './random';

/** The same with _after: the other side acted, and its answer is lost or another one. */
export const ODD_ANSWERS = [
  ...['500', '500_after', 'html', 'html_after', 'empty_after', 'half_after', 'cut', 'cut_after'],
  ...['hang', 'hang_after', 'conflict', 'limited', 'slow', 'redirect', 'wrong_type_after'],
] as const;
export type OddAnswer = (typeof ODD_ANSWERS)[number];

const ERROR = (type: string, message: string) =>
  JSON.stringify({ error: { type, code: 'SERVER_ERROR', message, description: message } });

/** What is answered in place of the other side. A status of 0: the connection is cut. */
const ANSWERS: Readonly<Record<string, readonly [status: number, type: string, body: string]>> = {
  '500': [500, 'application/json', ERROR('api_error', 'An error occurred')],
  html: [502, 'text/html', '<html><body><h1>502 Bad Gateway</h1></body></html>'],
  empty: [200, 'application/json', ''],
  wrong_type: [200, 'application/json', '[[["not", {"an": "object"}]], null, 1e400]'],
  cut: [0, '', ''],
  conflict: [409, 'application/json', ERROR('idempotency_error', 'Another request with this key is running')],
  limited: [429, 'application/json', ERROR('rate_limit_error', 'Too many requests')],
  redirect: [302, 'text/html', 'elsewhere'],
};
// Longer than the gateways wait for a provider.
const HANG_MS = 6_000;
const SLOW_MS = 900;

interface Whole {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

export class Wire {
  /** Which share of the requests meets something odd. */
  oddShare = 0;
  oddAnswers: readonly OddAnswer[] = ODD_ANSWERS;
  /** How often a request is sent: more than once is what webhook events do. */
  copies: () => number = () => 1;
  /** For how long one waits before it goes on, in milliseconds. */
  lateMs: () => number = () => 0;
  readonly met = new Map<string, number>();

  private constructor(
    readonly url: string,
    private readonly server: http.Server,
    private readonly random: Random,
    /** Where a request goes, asked for each. */
    private readonly target: () => string,
  ) {}

  static async open(random: Random, target: () => string): Promise<Wire> {
    let wire: Wire | null = null;
    const server = http.createServer((request, response) => {
      wire?.serve(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    wire = new Wire(`http://127.0.0.1:${port}`, server, random, target);
    return wire;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const body = Buffer.concat(parts);
    const odd = this.random.chance(this.oddShare) ? this.random.pick(this.oddAnswers) : null;
    if (odd) this.met.set(odd, (this.met.get(odd) ?? 0) + 1);
    const lateMs = odd === 'slow' ? SLOW_MS : this.lateMs();
    if (lateMs > 0) await pause(lateMs);
    let answer: Whole | null = null;
    if (odd === null || odd === 'slow' || odd.endsWith('_after'))
      for (let copies = this.copies(); copies > 0; copies--) answer = await this.send(request, body);
    await this.answer(odd, answer, response);
  }

  private send(request: http.IncomingMessage, body: Buffer): Promise<Whole> {
    const { connection: _, host: __, ...headers } = request.headers;
    const options = { method: request.method, headers, agent: false, timeout: 10_000 };
    return new Promise((resolve, reject) => {
      const asked = http.request(`${this.target()}${request.url}`, options, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part) => parts.push(part));
        answer.on('error', reject);
        answer.on('end', () => {
          resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(parts) });
        });
      });
      asked.on('timeout', () => asked.destroy(new Error('no answer')));
      asked.on('error', reject);
      asked.end(body);
    });
  }

  private async answer(
    odd: OddAnswer | null,
    answer: Whole | null,
    response: http.ServerResponse,
  ): Promise<unknown> {
    const kind = odd?.replace('_after', '') ?? '';
    if (kind === 'hang') {
      await pause(HANG_MS);
      return response.destroy();
    }
    const said = ANSWERS[kind];
    if (said) {
      const [status, type, body] = said;
      if (status === 0) return response.destroy();
      return response
        .writeHead(status, { 'content-type': type, ...(status === 302 ? { location: '/elsewhere' } : {}) })
        .end(body);
    }
    if (!answer) return response.destroy();
    const { connection: _, 'keep-alive': __, 'transfer-encoding': ___, ...headers } = answer.headers;
    response.writeHead(answer.status, headers);
    if (kind !== 'half') return response.end(answer.body);
    // As many bytes are promised as there are.
    return response.write(answer.body.subarray(0, answer.body.length >> 1), () => response.destroy());
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
