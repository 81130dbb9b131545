// One request to the gateway: GraphQL over HTTP, within its time.
import { GatewayError } from './failure.ts';
import type { GatewayOptions } from './types.ts';

export type Call = <Data>(document: string, variables?: object) => Promise<Data>;

// The gateway itself answers within 10 s or says TIMED_OUT; a little more than that leaves the verdict to it.
const TIMEOUT_MS = 12_000;

interface Refusal {
  readonly code?: string;
  readonly message: string;
  readonly retryAfterSeconds?: number;
}
interface Answer<Data> {
  readonly data?: Data & { readonly payload?: { readonly errors: readonly Refusal[] } };
  readonly errors?: readonly { readonly message: string; readonly extensions?: Omit<Refusal, 'message'> }[];
}

const NOT_REACHED = 'The payment service cannot be reached. Try again.';

/**
 * The user's token as the product gives it.
 * @throws GatewayError UNREACHABLE where there is no way to the product, UNAUTHENTICATED where it gives none: a page to sign in, a session
 * that has ended
 */
export async function tokenOf(token: GatewayOptions['token']): Promise<string> {
  const given = await Promise.resolve()
    .then(token)
    .catch((error: unknown) => {
      // What fetch throws when there is no connection.
      if (error instanceof TypeError) throw new GatewayError('UNREACHABLE', NOT_REACHED, 0);
      return null;
    });
  if (typeof given === 'string' && given !== '') return given;
  throw new GatewayError('UNAUTHENTICATED', 'Sign in again to buy credits.');
}

const refused = ({ code = 'FAILED', message, retryAfterSeconds, ...more }: Refusal) =>
  new GatewayError(code, message, retryAfterSeconds, more);

/** @returns the function through which every call goes; it throws GatewayError */
export function createCall({ url = '', token }: GatewayOptions): Call {
  const send = async (body: string) => {
    const authorization = `Bearer ${await tokenOf(token)}`;
    try {
      return await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      const code = (error as Error).name === 'TimeoutError' ? 'TIMED_OUT' : 'UNREACHABLE';
      throw new GatewayError(code, NOT_REACHED, 0);
    }
  };
  return async <Data>(query: string, variables: object = {}) => {
    const response = await send(JSON.stringify({ query, variables }));
    const { data, errors }: Answer<Data> = await response.json().catch(() => ({}));
    const [error] = errors ?? [];
    if (error) throw refused({ ...error.extensions, message: error.message });
    if (!data) throw new GatewayError('UNAVAILABLE', 'Something went wrong. Try again.', 0);
    const [refusal] = data.payload?.errors ?? [];
    if (refusal) throw refused(refusal);
    return data;
  };
}
