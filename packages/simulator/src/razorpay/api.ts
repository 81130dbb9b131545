// Razorpay's HTTP surface: who may call and in which encoding.
import type { Account } from '../limits';
import { parseMultipart } from '../multipart';
import { makeRouter } from '../route';
import type { Store } from '../store';
import { type Parameters, parseForm, type ReceivedCall, type SimulatorResponse } from '../wire';
import { answerRoutes } from './answers';
import { disputeRoutes } from './disputes';
import { documentRoutes } from './documents';
import { extraField, invalidInput, invalidKey, noSuchUrl } from './errors';
import { isRazorpayPair } from './keys';
import { orderRoutes } from './orders';
import { paymentRoutes } from './payments';
import { refundRoutes } from './refunds';
import { settlementRoutes } from './settlements';

const route = makeRouter([
  ...orderRoutes,
  ...paymentRoutes,
  ...refundRoutes,
  ...disputeRoutes,
  ...answerRoutes,
  ...documentRoutes,
  ...settlementRoutes,
]);

/** Answers one request. @throws Refusal for an answer that ends the handling early. */
export async function answerRazorpay(
  store: Store,
  call: ReceivedCall,
  account: Pick<Account, 'keys' | 'knowsUniqueReceipt'>,
): Promise<SimulatorResponse> {
  if (!isAuthorised(call.headers['authorization'], account.keys.razorpay)) return invalidKey();
  const found = route(call.method, call.path);
  if (!found) return noSuchUrl();
  const parameters =
    parseMultipart(call) ?? (call.method === 'GET' ? parseForm(call.query) : parseBody(call.body));
  if (!account.knowsUniqueReceipt && 'unique_receipt' in parameters) throw extraField('unique_receipt');
  return found.handle(store, { ...call, id: found.id, parameters });
}

function isAuthorised(authorization: string | undefined, expected: string | null): boolean {
  const encoded = /^Basic (\S+)$/.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return false;
  const pair = Buffer.from(encoded, 'base64').toString();
  return isRazorpayPair(pair) && (expected === null || pair === expected);
}

function parseBody(body: string): Parameters {
  if (body === '') return {};
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Parameters;
  } catch {
    // Answered below, like any other body that is no object.
  }
  throw invalidInput('The request body is not a valid JSON object.');
}
