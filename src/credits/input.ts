// What every use case about credits checks of its input, in the same words.
import { type Caller, mayReach, maySpendFor } from '../callers/caller';
import { invalidInput, notFound } from '../kernel/problems';

const REASON_MAX = 500; // A sentence or two on a statement.
const USER_ID_MAX = 255;

/** Whose credits are meant: the user that is named, else the caller. @throws Problem NOT_FOUND */
export function ownerMeant(caller: Caller, named: string | null | undefined): string {
  const userId = named ?? caller.id;
  const isPossible = userId.length > 0 && userId.length <= USER_ID_MAX && !userId.includes('\0');
  if (!isPossible || !mayReach(caller, userId)) throw notFound('The user', ['input', 'userId']);
  return userId;
}

/** Whose credits are to be spent or held. @throws Problem NOT_FOUND, for operators too who name somebody else */
export function spenderMeant(caller: Caller, named: string | null | undefined): string {
  const userId = ownerMeant(caller, named);
  if (!maySpendFor(caller, userId)) throw notFound('The user', ['input', 'userId']);
  return userId;
}

/** @throws Problem INVALID_INPUT for what is no id of a member or an API key. */
export function checkSpenderId(id: string, field: string): void {
  if (id.length === 0 || id.length > USER_ID_MAX || id.includes('\0'))
    throw invalidInput(`An id has 1 to ${USER_ID_MAX} characters.`, field);
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
