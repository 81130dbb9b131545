import type { Caller } from '../callers/caller';
import type { CreditDeps } from '../credits/deps';
import type { IntentDeps } from '../intents/deps';
import type { ApprovalLimits } from '../kernel/approval-limits';

/** Who agreed to what is too large for one person. */
export interface Approved {
  readonly approvalId: string;
  readonly approvedBy: string;
}

/** Does what was agreed to, in the name of who asked for it. Doing it again after a crash changes nothing. */
export type AgreedAction = (
  by: Caller,
  input: Readonly<Record<string, unknown>>,
  agreed: Approved,
) => Promise<unknown>;

/** What the use cases about money back work with. Made once, in src/app. */
export interface RefundDeps extends IntentDeps, CreditDeps {
  readonly approvalLimits: ApprovalLimits;
  /** Settles a break that a second person agreed to; reconciliation lies above this. */
  readonly resolveAgreed: AgreedAction;
}
