// A call: attempts of one request until it has an answer, a failure that waiting does not mend, or no time left. What is sent is
// the same each time, with the same idempotency key, so that it takes effect once.
import { attempt } from './attempt';
import { GatewayError, isGatewayError } from './failure';
import type { Settings, Span } from './options';

export type Call = <Data>(name: string, document: string, variables: object) => Promise<Data>;

// 0.1 s, 0.2 s, 0.4 s … to 2 s: short for a person, long for a server that restarts.
const PAUSE_MS = 100;
const PAUSE_MS_MAX = 2_000;
// OpenTelemetry's numbers for a client's span, and for one that failed.
const KIND_CLIENT = 2;
const STATUS_ERROR = 2;

/** Makes the function through which every call goes. */
export function createCall(settings: Settings): Call {
  return <Data>(name: string, document: string, variables: object) =>
    inSpan(settings, name, (span) => withRetries<Data>(settings, document, variables, span));
}

async function withRetries<Data>(
  settings: Settings,
  document: string,
  variables: object,
  span: Span | null,
): Promise<Data> {
  const untilMs = performance.now() + settings.withinMs;
  for (let nth = 1; ; nth++) {
    try {
      const data = await attempt<Data>(settings, document, variables);
      span?.setAttribute('credits_gateway.attempts', nth);
      return data;
    } catch (error) {
      const pauseMs = pauseAfter(error, nth);
      const isOver = pauseMs === null || nth >= settings.attempts || performance.now() + pauseMs > untilMs;
      if (isOver) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

/** @returns milliseconds to wait before the next attempt; null when the same request cannot work */
export function pauseAfter(error: unknown, nth: number): number | null {
  if (!isGatewayError(error) || error.retryAfterSeconds === null) return null;
  const own = Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (nth - 1));
  // Many processes that were refused together do not come back together.
  return Math.max(error.retryAfterSeconds * 1_000, own) * (1 + Math.random() / 4);
}

async function inSpan<Data>(
  { tracer, endpoint }: Settings,
  name: string,
  work: (span: Span | null) => Promise<Data>,
): Promise<Data> {
  if (!tracer) return work(null);
  const attributes = { 'graphql.operation.name': name, 'server.address': new URL(endpoint).host };
  return tracer.startActiveSpan(`credits ${name}`, { kind: KIND_CLIENT, attributes }, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      if (error instanceof GatewayError) span.setAttribute('error.type', error.code);
      if (error instanceof Error) span.recordException(error);
      span.setStatus({ code: STATUS_ERROR });
      throw error;
    } finally {
      span.end();
    }
  });
}
