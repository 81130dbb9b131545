// Asks the provider where an intent's object stands and settles what it says.

import { factsOf } from '../payments/facts';
import type { Intent } from '../payments/intent.entity';
import type { Reading } from '../payments/settle';
import type { Failure, Outcome, ProviderIntent } from '../providers/provider';
import type { TraceSubject } from '../telemetry/observed';
import type { IntentDeps } from './deps';

type Needs = Pick<IntentDeps, 'leases' | 'providerTimeoutMs' | 'providers' | 'settle'>;

export type ReadResult =
  | { readonly kind: 'settled'; readonly intent: Intent; readonly object: ProviderIntent }
  | Failure;

// A reading is stale only when a later one was applied meanwhile; a few in a row means that many are at it.
const READS_MAX = 4;

export interface ReadOptions {
  readonly actor: string;
  readonly note: Reading['note'];
  readonly moreNotes?: Reading['moreNotes'];
  readonly asked?: Reading['asked'];
  /** The step that it is a part of; left out: the click. */
  readonly about?: TraceSubject;
}

/**
 * Reads the provider's object of an intent that has one, and settles it.
 * Of several reads in flight the one that began last wins; an earlier answer that comes later is read again.
 */
export async function readAndSettle(deps: Needs, intent: Intent, options: ReadOptions): Promise<ReadResult> {
  const provider = deps.providers.get(intent.provider);
  if (!provider || !intent.providerIntentId)
    return { kind: 'misconfigured', message: 'There is nothing to read from' };
  for (let reads = 1; ; reads++) {
    const readNumber = await deps.leases.beginRead(intent.id);
    const outcome: Outcome<ProviderIntent> = await provider.getIntent(intent.providerIntentId, {
      timeoutMs: deps.providerTimeoutMs,
      about: options.about ?? intent,
      // Events tell of tries; the row knows of those that were read.
      isTried: intent.attemptCount > 0 || options.note?.kind === 'webhook_received',
    });
    if (outcome.kind !== 'ok') return outcome;
    const { ourIntentId } = outcome.value;
    // An object that names another intent can only have come here by a claim in an event's body.
    if (ourIntentId !== null && ourIntentId !== intent.id)
      return { kind: 'conflict', code: 'foreign_object', message: `The object belongs to ${ourIntentId}` };
    const settled = await deps.settle({
      intentId: intent.id,
      readNumber,
      object: outcome.value,
      facts: factsOf(outcome.value),
      ...options,
    });
    if (!settled.outcomes.includes('stale') || reads >= READS_MAX)
      return { kind: 'settled', intent: settled.intent, object: outcome.value };
  }
}
