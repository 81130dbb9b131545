// Where something stands in a trace (W3C Trace Context). The ids of a purchase's trace follow from the intent's id, so that each
// process finds them by the row that it works, and nothing is carried beside the work (docs/decisions/0119).
import { createHash } from 'node:crypto';
import type { TraceSubject } from './observed';

export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 of them. */
  readonly spanId: string;
  /** Null: nobody has decided it yet. */
  readonly isSampled: boolean | null;
}

// Source: w3.org/TR/trace-context, "traceparent header field values". A later version may have more at its end.
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;
const SAMPLED = 1;

/** Null for what is none. */
export function parseTraceparent(text: string | null | undefined): TraceContext | null {
  const [, version, traceId, spanId, flags, more] = TRACEPARENT.exec(text ?? '') ?? [];
  if (!traceId || !spanId || (version === '00' && more !== undefined)) return null;
  return { traceId, spanId, isSampled: (Number.parseInt(flags ?? '0', 16) & SAMPLED) === SAMPLED };
}

export const traceparentOf = ({ traceId, spanId, isSampled }: TraceContext): string =>
  `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`;

const hashed = (text: string) => createHash('sha256').update(text).digest('hex');

/** Of what nothing came with: a request by its id, a delivery by its event's. */
export const traceIdFrom = (id: string): string => hashed(id).slice(0, 32);

/** The span of the call that made the purchase. */
export const clickSpanId = (intentId: string): string => hashed(intentId).slice(32, 48);

// What came with the clicks whose purchases this process has seen, for lines of the log, which name no more than the intent.
const KNOWN_MAX = 10_000;
const known = new Map<string, string>();

/** @param id an intent's, or a request's */
export function remember(id: string, traceparent: string): void {
  if (known.size >= KNOWN_MAX && !known.has(id)) known.delete(known.keys().next().value as string);
  known.set(id, traceparent);
}

/** In whose trace a purchase's work stands, and under which span. */
export function contextOf(about: TraceSubject): TraceContext {
  const own = about.request?.traceparent;
  if (own !== undefined && !known.has(about.id)) remember(about.id, own);
  const came = parseTraceparent(own ?? known.get(about.id));
  return {
    traceId: came?.traceId ?? traceIdFrom(about.id),
    spanId: about.parentSpanId ?? clickSpanId(about.id),
    isSampled: came?.isSampled ?? null,
  };
}

/** The trace of a line of the log, by what it is about; undefined: it is about neither a purchase nor a request. */
export function traceIdOfLine(facts: { readonly intentId?: unknown; readonly requestId?: unknown }) {
  const id = facts.intentId ?? facts.requestId;
  if (typeof id !== 'string') return undefined;
  return parseTraceparent(known.get(id))?.traceId ?? traceIdFrom(id);
}
