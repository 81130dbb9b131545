// The axios instance inside razorpay 2.9.8, made fit for money. As it comes it waits for ever, follows redirects with our
// key, and loses the cause of every failure on the wire (a TypeError on `err.response.status`); and the SDK has no
// option for any of it, nor for another host.
import Razorpay from 'razorpay';
import { invariant } from '../../kernel/invariant';
import type { AdapterSettings } from '../descriptor';
import { type Deadline, isObject, type Transport, wireHeaders } from '../transport';

/** Largest answer that is read: a hundred payments come to 200 kB. */
const ANSWER_BYTES_MAX = 4_000_000;

export interface RazorpayClient {
  /** What one refusal taught us about this account; a process that starts anew learns it again at its first order. */
  readonly account: { refusesUniqueReceipt: boolean };
  /**
   * Runs one request of the SDK, which is aborted when the deadline is over.
   * @param headers sent beside those of the SDK, which takes none from a caller.
   */
  send<T>(
    deadline: Deadline,
    request: (sdk: Razorpay) => Promise<T>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<T>;
}

/**
 * One SDK client.
 * @param transport replaces the network.
 * @throws Fault when the SDK no longer has its axios instance where 2.9.8 has it.
 */
export function createRazorpayClient(config: AdapterSettings, transport?: Transport): RazorpayClient {
  const sdk = new Razorpay({ key_id: config.publicKey, key_secret: config.secretKey });
  const http = (sdk.api as unknown as { rq?: AxiosInstance }).rq;
  invariant(http?.defaults && http.interceptors, 'razorpay: its axios instance is not at api.rq');
  // The call whose request is leaving: axios asks its interceptor before the SDK's function returns. An AsyncLocalStorage
  // would say the same, and from its first use on Node 20 follows every promise of the process.
  let leaving: { readonly deadline: Deadline; readonly headers: Readonly<Record<string, string>> } | null =
    null;
  http.defaults.maxRedirects = 0;
  http.defaults.maxContentLength = ANSWER_BYTES_MAX;
  if (config.apiBase !== '') http.defaults.baseURL = config.apiBase.replace(/\/+$/, '');
  if (transport) http.defaults.adapter = (request) => carry(http, transport, request);
  const prepare = (request: AxiosRequest): AxiosRequest => {
    invariant(leaving, 'razorpay: a request that leaves later has no deadline');
    const { deadline, headers } = leaving;
    deadline.named(operationOf(request));
    // The object is this request's own, with setters of axios; a copy would lose them.
    Object.assign(request.headers, headers);
    return { ...request, params: flat(request.params), signal: deadline.signal };
  };
  http.interceptors.request.use(prepare, undefined, { synchronous: true });
  http.interceptors.response.use(undefined, (error: AxiosFailure) => Promise.reject(readable(error)));
  return {
    account: { refusesUniqueReceipt: false },
    send: async (deadline, request, headers = {}) => {
      // Not in the interceptor: what is thrown there comes out as a failure of the wire.
      await deadline.turn(ANY_OPERATION);
      leaving = { deadline, headers };
      try {
        // Not awaited here: what comes after its first turn is another call's.
        return request(sdk);
      } finally {
        leaving = null;
      }
    },
  };
}

/** What we use of axios. The package is the SDK's, not ours, so its types are not imported. */
interface AxiosRequest {
  readonly method?: string;
  readonly url?: string;
  readonly data?: unknown;
  readonly params?: unknown;
  readonly headers: object;
  readonly auth?: { readonly username: string; readonly password: string };
  readonly signal?: AbortSignal | undefined;
}
interface AxiosInstance {
  readonly defaults: {
    baseURL?: string;
    maxRedirects?: number;
    maxContentLength?: number;
    adapter?: (request: AxiosRequest) => Promise<object>;
  };
  readonly interceptors: {
    readonly request: {
      use(
        change: (request: AxiosRequest) => AxiosRequest,
        failed: undefined,
        options: { readonly synchronous: boolean },
      ): void;
    };
    readonly response: { use(passed: undefined, failed: (error: AxiosFailure) => Promise<never>): void };
  };
  getUri(request: AxiosRequest): string;
}
interface AxiosFailure {
  readonly code?: string;
  readonly response?: { readonly status: number; readonly data?: unknown; readonly headers?: unknown };
}

/** Razorpay counts an account's calls, whatever they ask. */
const ANY_OPERATION = 'any';

/** Without ids: `GET /v1/orders/:id/payments`. */
const operationOf = ({ method = 'get', url = '' }: AxiosRequest) =>
  `${method.toUpperCase()} ${url.replace(/\/(order|pay|rfnd|disp|doc|setl)_\w+/g, '/:id')}`;

/** A rejection of the SDK carries no headers: the one that counts goes with the error's words. */
function withRetryAfter({ status, data, headers }: NonNullable<AxiosFailure['response']>): object {
  const body = isObject(data) ? data : {};
  const header = status === 429 && isObject(headers) ? headers['retry-after'] : undefined;
  if (header === undefined) return body;
  return { ...body, error: { ...(isObject(body['error']) ? body['error'] : {}), retry_after: header } };
}

/** The SDK puts `expand[]` into an object of its own, which goes out as `expand[expand]`: a name that Razorpay does not know. */
function flat(params: unknown): unknown {
  if (!isObject(params) || !isObject(params['expand'])) return params;
  const { expand, ...others } = params;
  return { ...others, ...(expand as object) };
}

/**
 * Gives the SDK's normalizeError what it reads without a check: `response.status` and `response.data.error`, from which
 * it makes the rejection `{statusCode, error}`. A status of 0 is ours: no answer came, and the error says why.
 */
function readable({ code, response }: AxiosFailure): { response: { status: number; data: object } } {
  // An error beside a good status is an answer that was cut short.
  if (response && response.status >= 300)
    return { response: { status: response.status, data: withRetryAfter(response) } };
  const isTimeout = code === 'ERR_CANCELED' || code === 'ECONNABORTED' || code === 'ETIMEDOUT';
  return { response: { status: 0, data: { error: isTimeout ? 'timeout' : 'connection_lost' } } };
}

/** A form as it stands on the wire, one character for each byte. */
async function written(form: FormData): Promise<{ headers: Record<string, string>; body: string }> {
  const response = new Response(form);
  const body = Buffer.from(await response.arrayBuffer()).toString('latin1');
  return { headers: { 'content-type': response.headers.get('content-type') ?? '' }, body };
}

/** An axios adapter: the request as axios would write it to a socket, and the answer as it would read it from one. */
async function carry(http: AxiosInstance, transport: Transport, request: AxiosRequest): Promise<object> {
  const url = new URL(http.getUri(request));
  const auth = request.auth ? `${request.auth.username}:${request.auth.password}` : '';
  const form = request.data instanceof FormData ? await written(request.data) : null;
  const answer = await transport({
    method: (request.method ?? 'get').toUpperCase(),
    path: url.pathname + url.search,
    headers: {
      ...wireHeaders(request.headers),
      authorization: `Basic ${Buffer.from(auth).toString('base64')}`,
      ...form?.headers,
    },
    body: form?.body ?? (typeof request.data === 'string' ? request.data : ''),
  });
  const response = {
    data: answer.body,
    status: answer.status,
    statusText: '',
    headers: answer.headers,
    config: request,
  };
  if (answer.status >= 200 && answer.status < 300) return response;
  throw Object.assign(new Error(`HTTP ${answer.status}`), { response });
}
