// How often each provider lets itself be called, and what the account may send: as wide as you like, unless a test or a person
// makes it narrow. Kept by the process that answers, like a provider's own limiter.
import { ASKED_FOR } from './endpoint';
import { ANY_TEST_KEY, type ApiKeys } from './keys';
import type { ProviderName } from './objects';
import { byProvider } from './providers';
import type { ReceivedCall } from './wire';

export interface CallLimits {
  /** Calls in any one second. */
  readonly perSecond: number;
  /** Of each named operation, all ids together; null: no limit of its own. */
  readonly perOperation: number | null;
  /** What a refusal says of when to come again; null: nothing, as both providers usually do. */
  readonly retryAfterSeconds?: number | null;
}

export interface Account {
  /** What opens it. Rolled like at the provider: the key before it is refused from then on. */
  keys: ApiKeys;
  /** Null: any number of calls. */
  limits: Record<ProviderName, CallLimits | null>;
  /** False: the account does not know Razorpay's `unique_receipt` and refuses it as an extra field. */
  knowsUniqueReceipt: boolean;
  /** True: a refund is accepted and stays pending, until somebody plays refund_settles or refund_fails. */
  holdsRefunds: boolean;
  /** The types of events that its webhook endpoints asked for; others are not sent. */
  events: Record<ProviderName, readonly string[]>;
}

export const newAccount = (keys: ApiKeys = ANY_TEST_KEY): Account => ({
  keys,
  limits: byProvider(() => null),
  knowsUniqueReceipt: true,
  holdsRefunds: false,
  events: { ...ASKED_FOR },
});

export interface Refused {
  readonly by: 'global-rate' | 'endpoint-rate';
  readonly retryAfterSeconds: number | null;
}

const WINDOW_MS = 1_000;

/** Makes what decides on each call: null when it may pass. Refused calls do not count. */
export function makeLimiter(
  account: Account,
): (provider: ProviderName, call: ReceivedCall) => Refused | null {
  const passedMs = new Map<string, number[]>();
  const isFull = (name: string, limit: number, nowMs: number) => {
    const recent = (passedMs.get(name) ?? []).filter((atMs) => atMs > nowMs - WINDOW_MS);
    passedMs.set(name, recent);
    return recent.length >= limit;
  };
  return (provider, call) => {
    const limits = account.limits[provider];
    if (!limits) return null;
    const nowMs = performance.now();
    const operation = `${provider} ${operationOf(call)}`;
    const { perOperation, retryAfterSeconds = null } = limits;
    if (isFull(provider, limits.perSecond, nowMs)) return { by: 'global-rate', retryAfterSeconds };
    if (perOperation !== null && isFull(operation, perOperation, nowMs))
      return { by: 'endpoint-rate', retryAfterSeconds };
    for (const name of perOperation === null ? [provider] : [provider, operation])
      passedMs.get(name)?.push(nowMs);
    return null;
  };
}

/** `GET /v1/payment_intents/:id`: what comes behind the resource is an id. */
function operationOf({ method, path }: ReceivedCall): string {
  const [, version, resource, id, ...rest] = path.split('/');
  return [method, ['', version, resource, ...(id ? [':id'] : []), ...rest].join('/')].join(' ');
}
