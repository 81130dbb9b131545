import type { CreditDeps } from '../credits/deps';
import type { IntentDeps } from '../intents/deps';
import type { ApprovalLimits } from '../kernel/approval-limits';

/** What the use cases about money back work with. Made once, in app.ts. */
export interface RefundDeps extends IntentDeps, CreditDeps {
  readonly approvalLimits: ApprovalLimits;
}
