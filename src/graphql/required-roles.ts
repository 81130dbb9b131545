// The role that each field asks for and what it costs, by coordinate. What is not listed asks for no role: there the use
// case says whose things a caller may reach.
import { includedRoles, type Role } from '../callers/caller';

/** As the contract says, also for fields that are not built. */
const FIELDS_OF: Readonly<Partial<Record<Role, Readonly<Record<string, readonly string[]>>>>> = {
  support: {
    Query: ['admin'],
    PaymentIntent: ['user', 'refundPreview', 'riskScore', 'riskDecision', 'riskSignals'],
    Balance: ['user', 'walletName'],
    Wallet: ['createdBy'],
    WalletMember: ['user'],
    IntentEvent: ['webhookEvent', 'data'],
    Dispute: ['evidence', 'answers', 'dashboardUrl'],
    Mutation: [
      ...['addNote', 'replayWebhookEvents', 'decideRiskReview', 'resendDeliveries'],
      ...['addToBlocklist', 'removeFromBlocklist', 'addToAllowlist', 'removeFromAllowlist', 'allowPayer'],
    ],
    Subscription: ['adminFeed', 'jobProgress'],
  },
  finance: {
    Admin: [
      ...['ledger', 'accounts', 'reconciliationRuns', 'reconciliationRun', 'metrics', 'exports'],
      ...[
        'creditStatement',
        'monthEnd',
        'needsSecondPerson',
        'ledgerCheck',
        'grantsImports',
        'approvals',
        'breaks',
        'riskBacktest',
      ],
    ],
    WebhookEvent: ['payload'],
    JobProgressEvent: ['job'],
    Mutation: [
      ...['refundIntent', 'adjustCredits', 'cancelJob', 'resumeJob', 'startLedgerCheck', 'decideApproval'],
      ...[
        'startReconciliation',
        'resolveBreak',
        'startExport',
        'startGrantsImport',
        'saveCampaign',
        'revokeCampaign',
        'savePromoCode',
        ...['attachDisputeFile', 'draftDisputeEvidence', 'submitDisputeEvidence', 'acceptDispute'],
      ],
    ],
  },
  admin: {
    Admin: ['auditLog', 'apiKeys'],
    Mutation: [
      ...['createWebhookEndpoint', 'updateWebhookEndpoint', 'deleteWebhookEndpoint'],
      ...[
        'advanceClock',
        'rotateWebhookEndpointSecret',
        'sendTestDelivery',
        'createApiKey',
        'revokeApiKey',
        'savePackage',
        'saveOperation',
        'saveRate',
        ...['proposeRiskRules', 'activateRiskRules', 'retireRiskRules'],
      ],
    ],
  },
};

/** Lists whose length can be asked for: a count reads as much as a few rows. */
const COUNTED = [
  ...[
    'AllowlistEntry',
    'Approval',
    'AuditEntry',
    'Balance',
    'BlocklistEntry',
    'CreditGrant',
    'CreditHold',
    'CreditTransaction',
    'Delivery',
    'Dispute',
  ],
  ...[
    'ExportJob',
    'GrantsImport',
    'IntentEvent',
    'JournalEntry',
    'PaymentIntent',
    'ReconciliationBreak',
    'ReconciliationRun',
  ],
  ...['Refund', 'RiskDecision', 'RiskReview', 'WebhookEvent'],
];
const COUNT_COST = 5;

/** Of fields that cost other than one for an object and nothing for a value. */
export const WEIGHTS: Readonly<Record<string, number>> = {
  'PaymentIntent.timeline': 2,
  'Query.intents': 1,
  'Admin.metrics': 20,
  // All that was sold of a month, and the lots of all users.
  'Admin.monthEnd': 100,
  // Up to a thousand spends, or 256 grants, whose rows cost as values of a list besides.
  'Mutation.spendMany': 20,
  'Mutation.grantCredits': 10,
  // The standing of up to 10,000 lines.
  'Mutation.startGrantsImport': 100,
  // A row for each minute of a day.
  'Admin.riskMinutes': 50,
  // Seconds of two connections.
  'Admin.riskBacktest': 500,
  ...Object.fromEntries(COUNTED.map((name) => [`${name}Connection.totalCount`, COUNT_COST])),
};

/** The role that each listed coordinate asks for. */
export const REQUIRED_ROLES: ReadonlyMap<string, Role> = new Map(
  Object.entries(FIELDS_OF).flatMap(([role, types]) =>
    Object.entries(types).flatMap(([type, fields]) =>
      fields.map((field): [string, Role] => [`${type}.${field}`, role as Role]),
    ),
  ),
);

/**
 * True when a caller of this role may call the field at all. A service beside the operators has what users have.
 */
export function roleMayCall(role: Role, coordinate: string): boolean {
  const required = REQUIRED_ROLES.get(coordinate);
  return required === undefined || includedRoles(role).includes(required);
}
