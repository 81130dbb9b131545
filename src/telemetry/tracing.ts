// Spans of what is observed, for a collector of OpenTelemetry.
import { randomBytes } from 'node:crypto';
import { observeSetsWhole } from '../kernel/batch';
import type { TracingSettings } from '../kernel/tracing-settings';
import type { Logger } from './logger';
import type {
  Observed,
  ObservedCall,
  ObservedOperation,
  Step,
  StepKind,
  Tracer,
  TraceSubject,
} from './observed';
import { createExporter, type Exporter, type Span } from './otlp';
import { createSampler, type Sampler } from './sampler';
import {
  clickSpanId,
  contextOf,
  parseTraceparent,
  remember,
  type TraceContext,
  traceIdFrom,
  traceparentOf,
} from './trace-context';

interface Tracing {
  readonly exporter: Exporter;
  readonly isSampled: Sampler;
}

/**
 * From now on what is observed is sent to the collector.
 * @param resource what this process is, as attributes
 * @returns what sends the rest, for no longer than a second, and ends it
 */
export function startTracing(options: {
  readonly settings: TracingSettings;
  readonly resource: Readonly<Record<string, string>>;
  readonly observed: Observed;
  readonly log: Logger;
}): { close(): Promise<void> } {
  const { settings, resource, observed, log } = options;
  const exporter = createExporter(settings, { ...resource, ...settings.resource }, log);
  const tracing: Tracing = { exporter, isSampled: createSampler(settings) };
  const tracer: Tracer = {
    counts: exporter.counts,
    adopt: (traceparent, requestId) => {
      const came = parseTraceparent(traceparent);
      if (!came) return null;
      const adopted = traceparentOf({ ...came, isSampled: tracing.isSampled(came) });
      // Lines of the log name the request alone.
      remember(requestId, adopted);
      return adopted;
    },
    begin: (name, kind, about) => beginStep(tracing, name, kind, about),
  };
  const observer = {
    operation: (operation: ObservedOperation) => addOperation(tracing, operation),
    providerCall: (call: ObservedCall) => addCall(tracing, call),
  };
  observed.listen(observer, tracer);
  const forget = observeSetsWhole((set, items) => beginSet(tracing, set, items));
  return {
    close: () => {
      forget();
      return exporter.close();
    },
  };
}

const newSpanId = () => randomBytes(8).toString('hex');

function add(
  { exporter, isSampled }: Tracing,
  at: TraceContext,
  span: Omit<Span, 'traceId' | 'spanId' | 'endMs'>,
): void {
  if (!isSampled(at)) return;
  // The clock may have been set back meanwhile.
  const endMs = Math.max(span.startMs, exporter.nowMs());
  exporter.add({ ...span, endMs, traceId: at.traceId, spanId: at.spanId });
}

/** A call of the API: in the trace that came with it, else in that of its purchase, else in one of its own. */
function addOperation(tracing: Tracing, observed: ObservedOperation): void {
  const { operation, type, code, ms, requestId, about, isNew } = observed;
  const came = parseTraceparent(observed.traceparent);
  const purchase = about && contextOf(about);
  const isClick = isNew && about !== null && purchase !== null;
  const traceId = came?.traceId ?? purchase?.traceId ?? traceIdFrom(requestId);
  const parentSpanId = came?.spanId ?? (isClick ? null : (purchase?.spanId ?? null));
  const links = purchase && purchase.traceId !== traceId ? [purchase] : [];
  add(
    tracing,
    {
      traceId,
      spanId: isClick ? clickSpanId(about.id) : newSpanId(),
      isSampled: (came ?? purchase)?.isSampled ?? null,
    },
    {
      ...{ name: `${type} ${operation}`, kind: 'server', parentSpanId, links },
      startMs: tracing.exporter.nowMs() - ms,
      attributes: {
        'graphql.operation.type': type,
        'graphql.field.name': operation,
        'gateway.code': code,
        'gateway.request_id': requestId,
        'gateway.intent_id': about?.id,
      },
      // What a caller did wrong is no fault of ours.
      error: code === 'FAULT' ? code : null,
    },
  );
}

function addCall(tracing: Tracing, { provider, operation, outcome, ms, about }: ObservedCall): void {
  if (!about) return;
  const { spanId: parentSpanId, ...at } = contextOf(about);
  add(
    tracing,
    { ...at, spanId: newSpanId() },
    {
      ...{ name: operation, kind: 'client', parentSpanId, links: [] },
      startMs: tracing.exporter.nowMs() - ms,
      attributes: {
        'gateway.provider': provider,
        'gateway.outcome': outcome,
        'gateway.intent_id': about.id,
      },
      error: outcome === 'ok' || outcome === 'declined' ? null : outcome,
    },
  );
}

function beginStep(tracing: Tracing, name: string, kind: StepKind, first: TraceSubject | null): Step {
  const startMs = tracing.exporter.nowMs();
  const spanId = newSpanId();
  // What is about no purchase has a trace of its own.
  let within: TraceContext | null = first && contextOf(first);
  let intentId = first?.id;
  const ownTraceId = traceIdFrom(spanId);
  const here = (): TraceContext => ({
    traceId: within?.traceId ?? ownTraceId,
    spanId,
    isSampled: within?.isSampled ?? null,
  });
  return {
    of: (about) => {
      within ??= contextOf(about);
      intentId ??= about.id;
      return { ...about, parentSpanId: spanId };
    },
    traceparent: () => {
      const at = here();
      return traceparentOf({ ...at, isSampled: tracing.isSampled(at) });
    },
    traceId: () => here().traceId,
    end: (attributes, error = null) =>
      add(tracing, here(), {
        ...{ name, kind, startMs, error, links: [], parentSpanId: within?.spanId ?? null },
        attributes: { ...attributes, 'gateway.intent_id': intentId },
      }),
  };
}

/** A statement for a set: a part of the first request's trace, and linked to each of the others that it served. */
function beginSet(tracing: Tracing, set: string, items: readonly unknown[]): (() => void) | null {
  const served = items.flatMap(rowsIn).flatMap((row) => (row.about ? [contextOf(row.about)] : []));
  const first = served[0];
  if (!first) return null;
  const startMs = tracing.exporter.nowMs();
  return () =>
    add(
      tracing,
      { ...first, spanId: newSpanId() },
      {
        ...{ name: set, kind: 'client', parentSpanId: first.spanId, startMs, error: null },
        links: served
          .slice(1)
          .filter(({ spanId }, at) => served.findIndex((one) => one.spanId === spanId) > at),
        attributes: {
          'db.system.name': 'postgresql',
          'db.operation.name': set,
          'gateway.set_rows': items.length,
        },
      },
    );
}

interface TracedRow {
  readonly about?: TraceSubject;
}

/** What a set verb sends stands in calls of several rows. */
const rowsIn = (item: unknown): readonly TracedRow[] =>
  (item as { readonly rows?: readonly TracedRow[] }).rows ?? [item as TracedRow];
