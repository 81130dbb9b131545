// What happens often enough to be counted or traced and not written down: calls of the API, calls to providers, the steps of a
// purchase. Whoever counts or traces listens; while nobody does, telling costs nothing.

export interface ObservedOperation {
  /** The field of Query, Mutation or Subscription. */
  readonly operation: string;
  readonly type: 'query' | 'mutation' | 'subscription';
  /** `ok`, the code of a problem, or `FAULT`. */
  readonly code: string;
  readonly ms: number;
  readonly requestId: string;
  /** As it came with the request; null: none. */
  readonly traceparent: string | null;
  /** The purchase that a mutation was about, as its answer has it; null: none. */
  readonly about: TraceSubject | null;
  /** Whether it made that purchase. */
  readonly isNew: boolean;
}

export interface ObservedCall {
  readonly provider: string;
  /** As the provider's routes are named, e.g. `POST /v1/refunds`. */
  readonly operation: string;
  /** The kind of its outcome. */
  readonly outcome: string;
  readonly ms: number;
  /** For which purchase; null: for none, or for many. */
  readonly about: TraceSubject | null;
}

/** A purchase, and where in its trace something stands. An intent is one. */
export interface TraceSubject {
  /** The intent's. */
  readonly id: string;
  /** The `traceparent` of the click stands in what is frozen with the intent; left out: none came, or it is not known here. */
  readonly request?: { readonly traceparent?: string };
  /** The step that this is a part of; left out: the click. */
  readonly parentSpanId?: string;
}

export type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** A piece of work that takes a while. */
export interface Step {
  /** For what is done within it. The first one that is named says in whose trace the step stands. */
  of(about: TraceSubject): TraceSubject;
  /** What a request made by it carries, as W3C Trace Context has it. */
  traceparent(): string;
  traceId(): string;
  /** @param error a short reason; null: it went well */
  end(attributes: Attributes, error?: string | null): void;
}

export type StepKind = 'internal' | 'consumer' | 'producer';

/** What traces: one of the observers at most. */
export interface Tracer {
  begin(name: string, kind: StepKind, about: TraceSubject | null): Step;
  /** What of a request's `traceparent` goes on, also into the purchase that it makes; null: it is none. */
  adopt(traceparent: string, requestId: string): string | null;
  readonly counts: SpanCounts;
}

export interface SpanCounts {
  /** Taken by the collector. */
  readonly exported: number;
  /** Given up: too many waited, or the collector did not take them. */
  readonly dropped: number;
}

export interface Observer {
  readonly operation: (operation: ObservedOperation) => void;
  readonly providerCall: (call: ObservedCall) => void;
}

export interface Observed extends Observer {
  readonly listen: (observer: Observer, traces?: Tracer) => void;
  /** Null: nobody traces. */
  readonly tracer: () => Tracer | null;
}

export function createObserved(): Observed {
  const observers: Observer[] = [];
  let tracer: Tracer | null = null;
  return {
    listen: (observer, traces) => {
      observers.push(observer);
      tracer = traces ?? tracer;
    },
    tracer: () => tracer,
    operation: (operation) => {
      for (const observer of observers) observer.operation(operation);
    },
    providerCall: (call) => {
      for (const observer of observers) observer.providerCall(call);
    },
  };
}
