// Stripe's idempotent requests: the first answer under a key is kept, whatever it says about the object, and comes
// back for the same request; the same key with another request is refused (docs.stripe.com/api/idempotent_requests).
// A request whose parameters are wrong is refused before that and keeps nothing.
import { hash } from '../ids';
import type { Change, Family } from '../objects';
import type { Store } from '../store';
import type { Call, SimulatorResponse } from '../wire';
import { invalidParameter, keyMismatch } from './errors';

export interface Reply {
  readonly response: SimulatorResponse;
  readonly change?: Change;
}

// Stripe's own limit.
const KEY_LENGTH_MAX = 255;

/** The request's idempotency key, or null. @throws Refusal when it is too long. */
export function idempotencyKey(call: Call): string | null {
  const key = call.headers['idempotency-key'];
  if (key === undefined || key === '') return null;
  if (key.length > KEY_LENGTH_MAX)
    throw invalidParameter('idempotency_key', 'Idempotency keys may be at most 255 characters long.');
  return key;
}

/**
 * Answers a POST.
 * @param id any object of the family that the request is about; for a new intent its id.
 * @param decide what to do and answer; called with the family as it stands, perhaps more than once.
 * @param isNew it makes a new intent, and refuses nothing: see Task.
 */
export function answerOnce(
  store: Store,
  call: Call,
  id: string,
  decide: (family: Family) => Reply,
  isNew = false,
): Promise<SimulatorResponse> {
  const key = idempotencyKey(call);
  const fingerprint = hash(`${call.method} ${call.path} ${JSON.stringify(sorted(call.parameters))}`);
  return store.decide<SimulatorResponse>({
    id,
    isNew,
    decide(family) {
      const { response, change } = decide(family);
      return {
        result: response,
        ...(change ? { change } : {}),
        keep: { status: response.status, body: response.body },
      };
    },
    key:
      key === null
        ? null
        : {
            name: `stripe:${key}`,
            fingerprint,
            replay: (kept) =>
              kept.fingerprint === fingerprint
                ? {
                    status: kept.status,
                    headers: {
                      'content-type': 'application/json; charset=utf-8',
                      'idempotent-replayed': 'true',
                    },
                    body: kept.body,
                  }
                : keyMismatch(key),
          },
  });
}

// Parameters in another order are the same request.
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, item]) => [name, sorted(item)]);
}
