// Both providers behind one door: tells whose request it is and turns a refusal into its answer.
import type { Account, makeLimiter } from './limits';
import type { ProviderName } from './objects';
import { answerRazorpay } from './razorpay/api';
import { tooMany as razorpayTooMany } from './razorpay/errors';
import type { Store } from './store';
import { answerStripe, stripeHeaders } from './stripe/api';
import { tooMany as stripeTooMany } from './stripe/errors';
import { type ReceivedCall, Refusal, type SimulatorRequest, type SimulatorResponse } from './wire';

/**
 * Answers one HTTP request to either provider.
 * @throws what the database throws: to the caller that is a provider that did not answer.
 */
export async function handle(
  { store, account, limiter }: Desk,
  request: SimulatorRequest,
): Promise<SimulatorResponse> {
  const call = received(request);
  const provider = providerOf(call);
  const tooMany = limiter(provider, call);
  if (provider === 'razorpay')
    return tooMany ? razorpayTooMany(tooMany) : answerRazorpay(store, call, account).catch(refused);
  const response = tooMany ? stripeTooMany(tooMany) : await answerStripe(store, call, account).catch(refused);
  return { ...response, headers: { ...response.headers, ...stripeHeaders(call) } };
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

// Both have /v1/refunds; there only the way a caller proves who it is tells them apart.
function providerOf(call: ReceivedCall): ProviderName {
  if (/^\/v1\/(orders|payments)(\/|$)/.test(call.path)) return 'razorpay';
  return call.headers['authorization']?.startsWith('Basic ') ? 'razorpay' : 'stripe';
}

function refused(error: unknown): SimulatorResponse {
  if (error instanceof Refusal) return error.response;
  throw error;
}
