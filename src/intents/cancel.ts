import { isAudited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import { InvalidStateProblem, notFound, RetryLaterProblem } from '../kernel/problems';
import type { Intent } from '../payments/intent.entity';
import { CANCELABLE_FROM, isOpen } from '../payments/states';
import { advance } from './advance';
import type { IntentDeps } from './deps';
import { findIntent } from './find';
import { newLeaseToken } from './lease';
import { waitForIntent } from './wait';

type Needs = Pick<
  IntentDeps,
  'hub' | 'leases' | 'log' | 'pool' | 'providerTimeoutMs' | 'providers' | 'readIntent' | 'settle'
>;

// Somebody else is asking the provider about this intent: its answer comes within a call or two.
const OWNER_WAIT_MS = 5_000;

/**
 * Cancels in two phases: the request is saved, then the provider is asked, and only its word makes the intent canceled.
 * Where money was faster, the intent succeeds and the cancel is refused. A second cancel answers like the first.
 * @throws Problem NOT_FOUND, INVALID_STATE, IN_PROGRESS
 */
export async function cancelIntent(
  deps: Needs,
  caller: Caller,
  input: { readonly id: string; readonly reason?: string | null },
): Promise<Intent> {
  const found = await findIntent(deps, caller, input.id);
  if (!found) throw notFound('The intent', ['input', 'id']);
  const token = newLeaseToken();
  const note = { action: 'cancelIntent', targetId: found.id, reason: input.reason ?? null };
  const by = isAudited(caller) ? { caller, note } : null;
  const request = await deps.leases.requestEnd(found.id, 'cancel', token, by);
  if (request.outcome === 'not_found') throw notFound('The intent', ['input', 'id']);
  const intent = await carriedOut(deps, request.outcome, request.intent, token);
  if (intent.status === 'canceled') {
    if (request.outcome !== 'closed')
      deps.log.info('intent.canceled', { intentId: intent.id, userId: intent.userId, by: caller.id });
    return intent;
  }
  if (isOpen(intent.status))
    throw new RetryLaterProblem(
      'IN_PROGRESS',
      'The cancel is saved; the provider has not confirmed it yet.',
      5,
    );
  throw new InvalidStateProblem(
    `An intent that ${intent.status} cannot be canceled.`,
    intent.status,
    CANCELABLE_FROM,
  );
}

function carriedOut(
  deps: Needs,
  outcome: 'closed' | 'leased' | 'in_progress',
  intent: Intent,
  token: string,
): Promise<Intent> | Intent {
  switch (outcome) {
    case 'closed':
      return intent;
    case 'leased':
      return advance(deps, intent, token);
    case 'in_progress':
      return waitForIntent(deps, intent, (now) => !isOpen(now.status), OWNER_WAIT_MS);
  }
}
