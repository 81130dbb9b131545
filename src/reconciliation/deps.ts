import type { IntentDeps } from '../intents/deps';
import type { ApprovalLimits } from '../kernel/approval-limits';

/** What reconciliation works with: the doors of intents and refunds, the providers, the ledger. Made once, in src/app. */
export interface ReconciliationDeps extends IntentDeps {
  readonly approvalLimits: ApprovalLimits;
}
