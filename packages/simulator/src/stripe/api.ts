// Stripe's HTTP surface: who may call, in which encoding, and the headers of every answer.
import { derivedId, randomSeed } from '../ids';
import type { Account } from '../limits';
import { parseMultipart } from '../multipart';
import { makeRouter } from '../route';
import type { Store } from '../store';
import { parseForm, type ReceivedCall, type SimulatorResponse } from '../wire';
import { answerRoutes } from './answers';
import { balanceRoutes } from './balance';
import { chargeRoutes } from './charges';
import { confirmRoutes } from './confirm';
import { disputeRoutes } from './disputes';
import { invalidKey, noKey, noSuchUrl } from './errors';
import { fileRoutes } from './files';
import { isStripeKey } from './keys';
import { paymentIntentRoutes } from './payment-intents';
import { payoutRoutes } from './payouts';
import { radarRoutes } from './radar';
import { refundRoutes } from './refunds';
import { API_VERSION } from './shapes';

const route = makeRouter([
  ...paymentIntentRoutes,
  ...confirmRoutes,
  ...chargeRoutes,
  ...refundRoutes,
  ...disputeRoutes,
  ...answerRoutes,
  ...fileRoutes,
  ...balanceRoutes,
  ...payoutRoutes,
  ...radarRoutes,
]);

/** Answers one request. @throws Refusal for an answer that ends the handling early. */
export async function answerStripe(
  store: Store,
  call: ReceivedCall,
  { keys }: Pick<Account, 'keys'>,
): Promise<SimulatorResponse> {
  const refused = unauthorised(call.headers['authorization'], keys.stripe);
  if (refused) return refused;
  const found = route(call.method, call.path);
  if (!found) return noSuchUrl(call.method, call.path);
  const parameters = parseMultipart(call) ?? parseForm(call.method === 'GET' ? call.query : call.body);
  return found.handle(store, { ...call, id: found.id, parameters });
}

/** What every answer of Stripe carries. */
export function stripeHeaders(call: ReceivedCall): Record<string, string> {
  const key = call.headers['idempotency-key'];
  return {
    'request-id': derivedId('req_mock', randomSeed()),
    'stripe-version': API_VERSION,
    ...(key ? { 'idempotency-key': key } : {}),
  };
}

function unauthorised(authorization: string | undefined, expected: string | null): SimulatorResponse | null {
  const key = /^Bearer (\S+)$/.exec(authorization ?? '')?.[1];
  if (!key) return noKey();
  return isStripeKey(key) && (expected === null || key === expected) ? null : invalidKey(key);
}
