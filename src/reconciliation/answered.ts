// Asks a provider until it answers, where nobody waits in front of a screen and what is left out has to be asked again by a person.
import { pause } from '../kernel/clock';
import { againSeconds } from '../providers/again';
import type { Failure } from '../providers/provider';

const TRIES_MAX = 6;
/** Doubles: half a minute in all. */
const AGAIN_SECONDS_MIN = 1;

/** @returns the first answer, or the last failure */
export async function answered<Answer extends { readonly kind: string }>(
  ask: () => Promise<Answer | Failure>,
): Promise<Answer | Failure> {
  for (let tries = 1; ; tries++) {
    const outcome = await ask();
    if (!isSilence(outcome) || tries >= TRIES_MAX) return outcome;
    await pause(againSeconds(outcome, AGAIN_SECONDS_MIN * 2 ** (tries - 1)) * 1_000);
  }
}

const isSilence = (outcome: { readonly kind: string }): outcome is Failure =>
  outcome.kind === 'retryable' || outcome.kind === 'unknown';
