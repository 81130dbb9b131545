// A collector of OpenTelemetry: a real HTTP server that keeps what it is sent and answers as it is told.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../support/eventually';

export interface SentSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: Readonly<Record<string, string | boolean>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly status?: { readonly code: number; readonly message: string };
  readonly resource: Readonly<Record<string, string | boolean>>;
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly SentSpan[];
  readonly bodies: readonly string[];
  readonly headers: readonly http.IncomingHttpHeaders[];
  /** How it answers from now on; null: it takes the connection and never does. */
  answer: { readonly status: number; readonly body: string } | null;
  until(isEnough: (spans: readonly SentSpan[]) => boolean): Promise<readonly SentSpan[]>;
  close(): Promise<void>;
}

const named = (attributes: readonly { key: string; value: Record<string, string> }[]) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0] as string]));

export async function startCollector(): Promise<Collector> {
  const spans: SentSpan[] = [];
  const bodies: string[] = [];
  const headers: http.IncomingHttpHeaders[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      bodies.push(body);
      headers.push(request.headers);
      const { answer } = collector;
      if (!answer) return;
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
      if (answer.status !== 200 || request.url !== '/v1/traces') return;
      for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans)
        for (const span of scopeSpans[0].spans)
          spans.push({
            ...{ links: [], ...span },
            attributes: named(span.attributes),
            resource: named(resource.attributes),
          });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const collector: Collector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ spans, bodies, headers },
    answer: { status: 200, body: '{}' },
    until: async (isEnough) => {
      await eventually(async () => expect(isEnough(spans)).toBe(true));
      return spans;
    },
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return collector;
}
