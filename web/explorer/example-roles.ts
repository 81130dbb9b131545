// Who may run which saved operation. What is not listed runs as anybody; test/graphql/examples.test.ts holds it against the schema.
import type { Identity } from '../shared/dev-token';

export type Role = Identity['role'];

const OF_ROLES: Readonly<Record<Role, readonly string[]>> = {
  user: [
    ...[
      'Balance',
      'BalanceAt',
      'CreateIntent',
      'Hold',
      'Holds',
      'MyIntents',
      'RedeemPromoCode',
      'SetLowBalance',
    ],
    ...['SettleHold', 'Spend', 'WatchBalance', 'ReleaseHold', 'Cancel', 'Sync', 'Simulate', 'ConfirmPayment'],
    ...['WatchIntent', 'PaymentDetail', 'IntentByKey', 'Usage', 'MyWallets', 'SharedWallet'],
  ],
  service: [
    ...['SpendMany', 'GrantCredits', 'ReverseSpend', 'MoveCredits', 'RevokeGrant', 'SetSpendLimit'],
    ...['CreateWallet', 'SetWalletMember', 'RemoveWalletMember', 'UpsertUser'],
  ],
  support: [
    ...[
      'AddNote',
      'AddToAllowlist',
      'AddToBlocklist',
      'AdminFeed',
      'AllowPayer',
      'Allowlist',
      'Blocklist',
      'Campaigns',
    ],
    ...[
      'DecideRiskReview',
      'Deliveries',
      'Disputes',
      'Health',
      'Node',
      'Nodes',
      'PromoCodes',
      'RefundPreview',
    ],
    ...['Refunds', 'RemoveFromAllowlist', 'RemoveFromBlocklist', 'ReplayWebhookEvents', 'ResendDeliveries'],
    ...['RiskReviews', 'RiskRules', 'Wallets', 'WatchJob', 'WebhookEndpoints'],
  ],
  finance: [
    ...[
      'AdjustCredits',
      'Approvals',
      'Breaks',
      'CancelJob',
      'CreditStatement',
      'DeadWebhooks',
      'DecideApproval',
      'Exports',
      'Ledger',
    ],
    ...[
      'LedgerCheck',
      'Metrics',
      'ReconciliationRuns',
      'Refund',
      'ResolveBreak',
      'ResumeJob',
      'RevokeCampaign',
    ],
    ...['SaveCampaign', 'SavePromoCode', 'StartExport', 'StartLedgerCheck', 'Reconcile'],
    ...['AcceptDispute', 'AttachDisputeFile', 'DraftDisputeEvidence', 'SubmitDisputeEvidence'],
    ...['GrantsImports', 'MonthEnd', 'NeedsSecondPerson', 'StartGrantsImport'],
  ],
  admin: [
    ...['ActivateRiskRules', 'AdvanceClock', 'ApiKeys', 'AuditLog', 'CreateApiKey', 'CreateWebhookEndpoint'],
    ...['DeleteWebhookEndpoint', 'ProposeRiskRules', 'RetireRiskRules', 'RevokeApiKey'],
    ...[
      'RotateWebhookEndpointSecret',
      'SaveOperation',
      'SavePackage',
      'SaveRate',
      'SendTestDelivery',
      'UpdateWebhookEndpoint',
    ],
  ],
};

const ROLE_OF = new Map(
  Object.entries(OF_ROLES).flatMap(([role, names]) => names.map((name) => [name, role as Role] as const)),
);

/** Null: anybody, signed in or not. What confirms a payment is its payer's, at each provider. */
export const roleOfExample = (name: string): Role | null =>
  ROLE_OF.get(name) ?? (name.startsWith('Confirm') ? 'user' : null);

const OPERATORS: readonly Role[] = ['support', 'finance', 'admin'];

/** Whether somebody of one role may do what asks for another: operators include those before them, and nobody a user's own. */
export function serves(own: Role | null, asked: Role | null): boolean {
  if (asked === null || own === asked) return true;
  return own !== null && OPERATORS.includes(asked) && OPERATORS.indexOf(own) >= OPERATORS.indexOf(asked);
}
