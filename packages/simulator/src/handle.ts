// All providers behind one door: tells whose request it is and turns a refusal into its answer.
import assert from 'node:assert/strict';
import type { Account, makeLimiter } from './limits';
import type { ProviderName } from './objects';
import { PROVIDER_NAMES, PROVIDERS } from './providers';
import type { Store } from './store';
import { type ReceivedCall, Refusal, type SimulatorRequest, type SimulatorResponse } from './wire';

/**
 * Answers one HTTP request to any of the providers.
 * @throws what the database throws: to the caller that is a provider that did not answer.
 */
export async function handle(
  { store, account, limiter }: Desk,
  request: SimulatorRequest,
): Promise<SimulatorResponse> {
  const call = received(request);
  const name = providerOf(call);
  const provider = PROVIDERS[name];
  const overLimit = limiter(name, call);
  const response = overLimit
    ? provider.tooMany(overLimit)
    : await provider.answer(store, call, account).catch(refused);
  return { ...response, headers: { ...response.headers, ...provider.headersOf(call) } };
}

export interface Desk {
  readonly store: Store;
  readonly account: Account;
  readonly limiter: ReturnType<typeof makeLimiter>;
}

function received(request: SimulatorRequest): ReceivedCall {
  const mark = request.path.indexOf('?');
  const [path, query] =
    mark === -1 ? [request.path, ''] : [request.path.slice(0, mark), request.path.slice(mark + 1)];
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) headers[name.toLowerCase()] = value;
  return { method: request.method.toUpperCase(), path, query, headers, body: request.body };
}

function providerOf(call: ReceivedCall): ProviderName {
  const claimed = PROVIDER_NAMES.find((name) => PROVIDERS[name].claims(call)) ?? PROVIDER_NAMES[0];
  assert(claimed, 'The simulator plays no provider');
  return claimed;
}

function refused(error: unknown): SimulatorResponse {
  if (error instanceof Refusal) return error.response;
  throw error;
}
