// Spans to a collector: OTLP over HTTP as JSON, in sets, from a queue that is bounded. Whatever the collector does, whoever adds
// a span goes on at once. Source: opentelemetry.io/docs/specs/otlp, "OTLP/HTTP"; the defaults are those of its batch processor.
import http from 'node:http';
import https from 'node:https';
import type { TracingSettings } from '../kernel/tracing-settings';
import { VERSION } from '../kernel/version';
import type { Logger } from './logger';
import type { Attributes, SpanCounts } from './observed';

export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  /** Null: it began its trace. */
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly kind: keyof typeof KINDS;
  /** Milliseconds since 1970, with fractions. */
  readonly startMs: number;
  readonly endMs: number;
  readonly attributes: Attributes;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  /** A short reason; null: it went well. */
  readonly error: string | null;
}

export interface Exporter {
  readonly counts: SpanCounts;
  /** Milliseconds since 1970, with fractions; forward alone between two sets. */
  nowMs(): number;
  add(span: Span): void;
  /** Sends what waits, for no longer than a second. */
  close(): Promise<void>;
}

const KINDS = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
const FAILED = 2;
const QUEUE_MAX = 2_048;
const SET_MAX = 512;
const EVERY_MS = 5_000;
const TRIES_MAX = 3;
// A stopping process has 9 s for everything.
const CLOSE_WITHIN_MS = 1_000;
// What an answer says beyond this is nothing that we read.
const ANSWER_BYTES_MAX = 64 * 1024;
// "Retryable response codes" of the specification.
const COMES_AGAIN: readonly number[] = [429, 502, 503, 504];

interface Sent {
  readonly outcome: 'taken' | 'refused' | 'again';
  /** Spans of a set that was taken without them. */
  readonly rejected: number;
}

/** @param resource attributes of this process */
export function createExporter(
  settings: TracingSettings,
  resource: Readonly<Record<string, string>>,
  log: Logger,
): Exporter {
  const counts = { exported: 0, dropped: 0 };
  const post = createPost(settings);
  let queue: Span[] = [];
  let sending: Promise<void> | null = null;
  let tries = 0;
  let isAway = false;
  let isClosed = false;
  let timer: NodeJS.Timeout | null = null;
  // The machine's clock may be set while the process runs: read anew for each set.
  let offsetMs = Date.now() - performance.now();

  /** The first of a set waits for so long at most. */
  function sendSoon(): void {
    if (timer || isClosed) return;
    offsetMs = Date.now() - performance.now();
    timer = setTimeout(send, EVERY_MS).unref();
  }

  function send(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (queue.length === 0 || sending) return;
    const set = queue.slice(0, SET_MAX);
    sending = post(bodyOf(set, resource)).then(({ outcome, rejected }) => {
      sending = null;
      tell(outcome);
      // What came meanwhile stands behind it, and waits with it.
      if (outcome === 'again' && ++tries < TRIES_MAX && !isClosed) return sendSoon();
      tries = 0;
      queue = queue.slice(set.length);
      const taken = outcome === 'taken' ? Math.max(0, set.length - rejected) : 0;
      counts.exported += taken;
      counts.dropped += set.length - taken;
      if (queue.length >= SET_MAX && outcome === 'taken') send();
      else if (queue.length > 0) sendSoon();
    });
  }

  /** Once when it goes away, and once when it is back. */
  function tell(outcome: Sent['outcome']): void {
    if (isAway === (outcome !== 'taken')) return;
    isAway = !isAway;
    if (isAway) log.warn('tracing.not_taken', { outcome });
    else log.info('tracing.taken_again', { dropped: counts.dropped });
  }

  return {
    counts,
    nowMs: () => offsetMs + performance.now(),
    add: (span) => {
      if (queue.length >= QUEUE_MAX || isClosed) {
        counts.dropped++;
        return;
      }
      queue.push(span);
      if (queue.length === SET_MAX) send();
      else sendSoon();
    },
    close: async () => {
      isClosed = true;
      const all = async () => {
        do {
          send();
          await sending;
        } while (queue.length > 0 && !isAway);
      };
      let late: NodeJS.Timeout | undefined;
      const tooLate = new Promise<void>((resolve) => {
        late = setTimeout(resolve, CLOSE_WITHIN_MS);
      });
      await Promise.race([all(), tooLate]);
      clearTimeout(late);
      post.end();
    },
  };
}

/** Posts a body and says what became of it; never rejects. */
function createPost({ url, headers, timeoutMs }: TracingSettings) {
  const to = new URL(url);
  const { request, Agent } = to.protocol === 'https:' ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = (body: string) =>
    new Promise<Sent>((resolve) => {
      const length = String(Buffer.byteLength(body));
      const sent = request(to, {
        method: 'POST',
        agent,
        headers: {
          ...headers,
          ...{
            'content-type': 'application/json',
            'content-length': length,
            'user-agent': `credits-gateway/${VERSION}`,
          },
        },
      });
      const timer = setTimeout(() => sent.destroy(new Error('no answer in time')), timeoutMs);
      sent.on('socket', (socket) => socket.unref());
      sent.on('error', () => undefined);
      let answer: Sent = { outcome: 'again', rejected: 0 };
      sent.on('close', () => {
        clearTimeout(timer);
        resolve(answer);
      });
      sent.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer = { outcome: outcomeOf(response.statusCode ?? 0), rejected: 0 };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          bytes += chunk.length;
          if (bytes > ANSWER_BYTES_MAX) response.destroy();
        });
        response.on('end', () => {
          answer = { ...answer, rejected: rejectedIn(Buffer.concat(chunks)) };
        });
        response.on('error', () => undefined);
      });
      sent.end(body);
    });
  return Object.assign(post, { end: () => agent.destroy() });
}

function outcomeOf(status: number): Sent['outcome'] {
  if (status >= 200 && status < 300) return 'taken';
  return COMES_AGAIN.includes(status) ? 'again' : 'refused';
}

/** What a collector says that it left out ("Partial Success"); 0 where it says nothing that can be read. */
function rejectedIn(answer: Buffer): number {
  try {
    const { partialSuccess } = JSON.parse(answer.toString('utf8'));
    return Math.max(0, Math.trunc(Number(partialSuccess?.rejectedSpans)) || 0);
  } catch {
    return 0;
  }
}

// "JSON Protobuf Encoding" of the specification: ids are hexadecimal, and 64-bit numbers are text.
function bodyOf(spans: readonly Span[], resource: Readonly<Record<string, string>>): string {
  const scope = { name: 'credits-gateway', version: VERSION };
  const scopeSpans = [{ scope, spans: spans.map(spanOf) }];
  return JSON.stringify({
    resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans }],
  });
}

const spanOf = (span: Span) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId ? { parentSpanId: span.parentSpanId } : {}),
  name: span.name,
  kind: KINDS[span.kind],
  startTimeUnixNano: nanoseconds(span.startMs),
  endTimeUnixNano: nanoseconds(span.endMs),
  attributes: attributesOf(span.attributes),
  ...(span.links.length > 0 ? { links: span.links.map(({ traceId, spanId }) => ({ traceId, spanId })) } : {}),
  ...(span.error === null ? {} : { status: { code: FAILED, message: span.error } }),
});

const NS_PER_MS = 1_000_000;
const nanoseconds = (ms: number) =>
  String(BigInt(Math.trunc(ms)) * BigInt(NS_PER_MS) + BigInt(Math.trunc((ms % 1) * NS_PER_MS)));

const attributesOf = (attributes: Attributes) =>
  Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({ key, value: anyValueOf(value) }));

function anyValueOf(value: Attributes[string]): object {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value !== 'number') return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}
