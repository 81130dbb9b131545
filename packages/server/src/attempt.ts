// One request: GraphQL over HTTP, within its time, and what came back as data or as a failure that says whether to retry.
import { GatewayError } from './failure';
import type { Settings } from './options';

/** An error of the answer as a whole. */
export interface TopLevelError {
  readonly message?: string;
  readonly extensions?: {
    readonly code?: string;
    readonly requestId?: string;
    readonly retryAfterSeconds?: number;
    readonly input?: readonly string[];
  };
}

/** An error of a payload, with what some types of it carry. */
export interface PayloadError {
  readonly code: string;
  readonly message: string;
  readonly path: readonly string[] | null;
  readonly retryAfterSeconds?: number;
  readonly current?: string;
  readonly allowedFrom?: readonly string[];
  readonly existing?: { readonly id: string } | null;
}

// Of the codes at the top level, those after which the same request may be right (docs/errors.md). Nothing says when.
const AGAIN_AT_ONCE = new Set(['AUTHENTICATION_UNAVAILABLE', 'TIMED_OUT', 'INTERNAL_SERVER_ERROR']);

/**
 * @returns the answer's data
 * @throws GatewayError; with `retryAfterSeconds` (0: at the caller's own pace) where the same request may work
 */
export async function attempt<Data>(settings: Settings, query: string, variables: object): Promise<Data> {
  const body = JSON.stringify({ query, variables });
  const authorization = `Bearer ${await settings.apiKey()}`;
  const response = await send(settings, body, authorization);
  const answer = await read(response);
  if (answer === null) throw unreadable(response);
  const [error] = answer.errors ?? [];
  if (error) throw topLevel(error);
  if (answer.data === undefined || answer.data === null) throw unreadable(response);
  const payload = (answer.data as { answer?: { errors?: readonly PayloadError[] } }).answer;
  const [refusal] = payload?.errors ?? [];
  if (refusal) throw refused(refusal);
  return answer.data as Data;
}

async function send(settings: Settings, body: string, authorization: string): Promise<Response> {
  try {
    return await settings.fetch(settings.endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', authorization },
      body,
      // A redirect would carry the key to another address.
      redirect: 'error',
      signal: AbortSignal.timeout(settings.timeoutMs),
    });
  } catch (cause) {
    throw lost(settings, cause);
  }
}

/** A request that has no answer. */
export function lost(settings: Settings, cause: unknown): GatewayError {
  const isLate = (cause as { name?: unknown } | null)?.name === 'TimeoutError';
  return isLate
    ? new GatewayError('TIMED_OUT', `The gateway did not answer within ${settings.timeoutMs} ms.`, {
        retryAfterSeconds: 0,
        cause,
      })
    : new GatewayError('UNREACHABLE', `The gateway at ${settings.endpoint} cannot be reached.`, {
        retryAfterSeconds: 0,
        cause,
      });
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly TopLevelError[];
}

/** Null for what is not an answer of GraphQL, such as a proxy's page, or one that broke off. */
async function read(response: Response): Promise<Answer | null> {
  try {
    const answer: unknown = JSON.parse(await response.text());
    return typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer)
      ? (answer as Answer)
      : null;
  } catch {
    return null;
  }
}

/** An answer that is not the gateway's. */
export function unreadable(response: Response): GatewayError {
  const after = Number(response.headers.get('retry-after'));
  const isTemporary = response.status >= 500 || response.status === 429 || response.ok;
  return new GatewayError(
    'UNAVAILABLE',
    `The gateway's address answered ${response.status} with something that is not its own.`,
    { retryAfterSeconds: isTemporary ? (Number.isFinite(after) ? after : 0) : null },
  );
}

export function topLevel({ message, extensions = {} }: TopLevelError): GatewayError {
  const code = extensions.code ?? 'INTERNAL_SERVER_ERROR';
  return new GatewayError(code, message ?? 'The gateway refused the request.', {
    path: extensions.input ?? null,
    requestId: extensions.requestId ?? null,
    retryAfterSeconds: extensions.retryAfterSeconds ?? (AGAIN_AT_ONCE.has(code) ? 0 : null),
  });
}

const refused = (error: PayloadError): GatewayError =>
  new GatewayError(error.code, error.message, {
    path: error.path,
    retryAfterSeconds: error.retryAfterSeconds ?? null,
    existingId: error.existing?.id ?? null,
    current: error.current ?? null,
    allowedFrom: error.allowedFrom ?? null,
  });
