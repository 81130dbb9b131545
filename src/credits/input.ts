// What every use case about credits checks of its input, in the same words.
import { invalidInput } from '../kernel/problems';
import { isPossibleUserId } from '../wallets/meant';

const REASON_MAX = 500; // A sentence or two on a statement.

/** @throws Problem INVALID_INPUT for what is no id of a member or an API key. */
export function checkSpenderId(id: string, field: string): void {
  if (!isPossibleUserId(id)) throw invalidInput('An id has 1 to 255 characters.', field);
}

/** @throws Problem INVALID_INPUT for a reason that is empty, too long or cannot be stored. */
export function checkReason(reason: string, field = 'reason'): void {
  if (reason.length === 0 || reason.length > REASON_MAX || reason.includes('\0'))
    throw invalidInput(`A reason has 1 to ${REASON_MAX} characters.`, field);
}

/** What the user is told, where something is. @throws Problem INVALID_INPUT as checkReason */
export function checkPublicReason(reason: string | null | undefined): void {
  if (reason !== null && reason !== undefined) checkReason(reason, 'publicReason');
}
