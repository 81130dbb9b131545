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

const refused = ({ code = 'FAILED', message, retryAfterSeconds }: Refusal) =>
  new GatewayError(code, message, retryAfterSeconds);

/** @returns the function through which every call goes; it throws GatewayError */
export function createCall({ url = '', token }: GatewayOptions): Call {
  const send = async (body: string) => {
    const authorization = `Bearer ${await token()}`;
    try {
      return await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body,
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      const code = (error as Error).name === 'TimeoutError' ? 'TIMED_OUT' : 'UNREACHABLE';
      throw new GatewayError(code, 'The payment service cannot be reached. Try again.', 0);
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
