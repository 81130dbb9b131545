// What a caller may choose, and what holds otherwise.

/** The part of an OpenTelemetry tracer that is used: `trace.getTracer('credits')` fits. */
export interface Tracer {
  startActiveSpan<Result>(
    name: string,
    options: { readonly kind: number; readonly attributes: Record<string, string | number> },
    work: (span: Span) => Result,
  ): Result;
}

export interface Span {
  setAttribute(name: string, value: string | number): unknown;
  setStatus(status: { readonly code: number; readonly message?: string }): unknown;
  recordException(error: Error): unknown;
  end(): void;
}

export interface GatewayOptions {
  /** Where the gateway is, such as https://credits.internal. */
  readonly url: string;
  /** A key made by `createApiKey` (`ck_…`). A function is asked before each call, for keys that are changed while it runs. */
  readonly apiKey: string | (() => string | Promise<string>);
  /** How long one attempt may take. */
  readonly timeoutMs?: number;
  /** How long a call may take in all, with the attempts and the waits between them. */
  readonly withinMs?: number;
  /** How often it is tried, the first time included; 1 tries once. */
  readonly attempts?: number;
  /** Each call becomes a span. */
  readonly tracer?: Tracer;
  readonly fetch?: typeof globalThis.fetch;
}

export interface Settings {
  readonly endpoint: string;
  readonly apiKey: () => string | Promise<string>;
  readonly timeoutMs: number;
  readonly withinMs: number;
  readonly attempts: number;
  readonly tracer: Tracer | null;
  readonly fetch: typeof globalThis.fetch;
}

// The gateway itself answers within 10 s or says TIMED_OUT; a little more than that leaves the verdict to it.
const TIMEOUT_MS = 12_000;
const WITHIN_MS = 30_000;
// After the pauses below that is about 4 s of tries, which a restart of a gateway takes.
const ATTEMPTS = 5;

/** @throws TypeError for an address that is none, or a key that is empty: nothing would ever work. */
export function settingsOf(options: GatewayOptions): Settings {
  const { url, apiKey } = options;
  if (!/^https?:/.test(url) || !URL.canParse(url))
    throw new TypeError(
      `createGateway: url is the gateway's address, such as https://credits.internal, not ${url}`,
    );
  const endpoint = new URL(`${url.replace(/\/+$/, '')}/graphql`).href;
  if (apiKey === '')
    throw new TypeError('createGateway: apiKey is empty. createApiKey of the gateway makes one.');
  return {
    endpoint,
    apiKey: typeof apiKey === 'function' ? apiKey : () => apiKey,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
    withinMs: options.withinMs ?? WITHIN_MS,
    attempts: options.attempts ?? ATTEMPTS,
    tracer: options.tracer ?? null,
    fetch: options.fetch ?? globalThis.fetch,
  };
}
