// What waits for a second person.
import { Problem } from '../kernel/problems';

/** How long an approval waits before nobody can give it any more: a week, as long as somebody may be away. */
export const APPROVAL_SECONDS = 7 * 86_400;

export const approvalRequired = (approvalId: string | null) =>
  new Problem(
    'APPROVAL_REQUIRED',
    `This is more than one person may move. ${approvalId} waits for a second person: decideApproval. Nothing has happened yet.`,
  );
