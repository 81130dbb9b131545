import type { IntentDeps } from '../intents/deps';

/** What reconciliation works with: the doors of intents and refunds, the providers, the ledger. Made once, in app.ts. */
export type ReconciliationDeps = IntentDeps;
