// A break over a payment on an object that names an intent of ours which is not here: a restore of the database has lost it. The
// intent is made again, and the break is about it from then on.
import type { Caller } from '../callers/caller';
import { lookForDisputes } from '../disputes/look';
import { restoreIntent } from '../intents/restore';
import { InvalidStateProblem, RetryLaterProblem } from '../kernel/problems';
import type { IntentRecord } from '../providers/intent-record';
import type { Failure, Outcome, Provider } from '../providers/provider';
import type { Break } from './break.entity';
import type { ReconciliationDeps } from './deps';

type Needs = Pick<
  ReconciliationDeps,
  | 'catalogue'
  | 'gatewayIds'
  | 'hub'
  | 'leases'
  | 'log'
  | 'mode'
  | 'pool'
  | 'providerTimeoutMs'
  | 'providers'
  | 'readIntent'
  | 'settle'
>;

const NOT_OURS = 'Its object at the provider was not made by this gateway: there is no purchase to restore.';

/**
 * Makes the intent of a break again.
 * @returns the break with its intent.
 * @throws Problem INVALID_STATE when the provider's object does not say what was bought; PROVIDER_UNAVAILABLE
 */
export async function restoreOf(deps: Needs, caller: Caller, found: Break): Promise<Break> {
  const provider = deps.providers.get(found.provider);
  if (!provider) throw unavailable();
  const record = await recordOf(deps, provider, found);
  if (record.kind !== 'ok') throw refusalOf(record);
  if (record.value === null) throw new InvalidStateProblem(NOT_OURS, 'foreign', []);
  const restored = await restoreIntent(deps, caller.id, provider, record.value);
  switch (restored.kind) {
    case 'restored':
    case 'known': {
      const intentId = restored.intent.id;
      await deps.pool.query(
        'update breaks set intent_id = $2, provider_intent_id = coalesce(provider_intent_id, $3) where id = $1',
        [found.id, intentId, record.value.providerIntentId],
      );
      const disputes = await lookForDisputes(deps, restored.intent, restored.object);
      if (disputes.kind !== 'settled') throw refusalOf(disputes);
      return Object.assign(found, { intentId });
    }
    case 'foreign':
      throw new InvalidStateProblem(NOT_OURS, 'foreign', []);
    case 'unreadable':
      throw new InvalidStateProblem(
        `It cannot be made again from the provider's object: ${restored.reason}.`,
        'unreadable',
        [],
      );
    case 'over':
      throw new InvalidStateProblem('It was canceled, and nobody had paid.', 'canceled', []);
    default:
      throw refusalOf(restored);
  }
}

/** Null: the payment is on no object. */
async function recordOf(
  deps: Needs,
  provider: Provider,
  found: Break,
): Promise<Outcome<IntentRecord | null>> {
  const options = { timeoutMs: deps.providerTimeoutMs };
  if (found.providerIntentId) return provider.getIntentRecord(found.providerIntentId, options);
  const object = await provider.getIntentIdOfPayment(found.providerEntryId, options);
  if (object.kind !== 'ok') return object;
  return object.value === null
    ? { kind: 'ok', value: null }
    : provider.getIntentRecord(object.value, options);
}

const unavailable = () =>
  new RetryLaterProblem('PROVIDER_UNAVAILABLE', 'The provider cannot be asked at the moment.', 5);

const refusalOf = ({ kind }: Failure) =>
  kind === 'not_found' || kind === 'rejected'
    ? new InvalidStateProblem('The provider knows of no such object.', 'not_found', [])
    : unavailable();
