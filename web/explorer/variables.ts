// Variables with which each saved operation runs as it is. Ids are those of what is there when an example is chosen.

/** The newest of each thing that the caller can see; null when there is none. */
export interface AtHand {
  readonly intentId: string | null;
  readonly openIntentId: string | null;
  /** Of which nothing went back. */
  readonly paidIntentId: string | null;
  readonly idempotencyKey: string | null;
  readonly provider: string | null;
  readonly holdId: string | null;
  readonly spendId: string | null;
  readonly userId: string | null;
  readonly webhookEventId: string | null;
  readonly endpointId: string | null;
  readonly deliveryId: string | null;
  readonly approvalId: string | null;
  readonly breakId: string | null;
  readonly reviewId: string | null;
  readonly exportId: string | null;
  readonly runId: string | null;
  readonly apiKeyId: string | null;
  readonly blockedId: string | null;
  readonly allowedId: string | null;
}

export const NOTHING: AtHand = {
  ...{
    intentId: null,
    openIntentId: null,
    paidIntentId: null,
    idempotencyKey: null,
    provider: null,
    holdId: null,
    spendId: null,
  },
  ...{
    userId: null,
    webhookEventId: null,
    endpointId: null,
    deliveryId: null,
    approvalId: null,
    breakId: null,
  },
  ...{ reviewId: null, exportId: null, runId: null, apiKeyId: null, blockedId: null, allowedId: null },
};

type Variables = Record<string, unknown>;

const monthAgo = () => new Date(Date.now() - 30 * 86_400_000).toISOString();
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();
const fresh = () => crypto.randomUUID();

/** By the name of the operation. An operation that is not here takes none, or all of them have defaults. */
export const VARIABLES: Readonly<Record<string, (at: AtHand) => Variables>> = {
  AddNote: ({ intentId }) => ({
    input: { subjectId: intentId ?? 'int_none', text: 'Asked the payer for a receipt.' },
  }),
  ActivateRiskRules: () => ({ version: 1 }),
  AddToAllowlist: () => ({
    input: { kind: 'user', value: 'ada', reason: 'Known to us for years.', expiresAt: tomorrow() },
  }),
  AddToBlocklist: () => ({
    input: { kind: 'address', value: '203.0.113.0/24', reason: 'Tried cards.', expiresAt: tomorrow() },
  }),
  AdvanceClock: () => ({ input: { bySeconds: 86_400 } }),
  AllowPayer: () => ({ input: { decisionId: 'rsk_1', hours: 24, reason: 'Called us, and is known.' } }),
  AdjustCredits: ({ userId }) => ({
    input: {
      userId: userId ?? 'user_1',
      credits: 5,
      reason: 'A picture came out black',
      idempotencyKey: fresh(),
    },
  }),
  Breaks: ({ runId }) => ({ id: runId ?? 'run_none' }),
  Cancel: ({ openIntentId }) => ({ input: { id: openIntentId ?? 'int_none' } }),
  CancelJob: ({ exportId }) => ({ id: exportId ?? 'exp_none' }),
  CreateApiKey: () => ({ input: { name: 'My back end', role: 'service', expiresAt: tomorrow() } }),
  DecideApproval: ({ approvalId }) => ({
    input: { id: approvalId ?? 'apr_none', approve: false, note: 'Not without the ticket.' },
  }),
  DecideRiskReview: ({ reviewId }) => ({
    input: { id: reviewId ?? 'rev_none', approve: true, note: 'Called the payer: it was them.' },
  }),
  Hold: () => ({ input: { credits: 1, reason: 'One film', ttlSeconds: 600, idempotencyKey: fresh() } }),
  Reconcile: ({ provider }) => ({
    input: {
      provider: provider ?? 'of a purchase',
      range: { gte: monthAgo(), lt: tomorrow() },
      dryRun: true,
    },
  }),
  Refund: ({ paidIntentId }) => ({
    input: { intentId: paidIntentId ?? 'int_none', reason: 'Bought by mistake', idempotencyKey: fresh() },
  }),
  RefundPreview: ({ paidIntentId }) => ({ id: paidIntentId ?? 'int_none' }),
  ReleaseHold: ({ holdId }) => ({ input: { id: holdId ?? 'hld_none' } }),
  RemoveFromAllowlist: ({ allowedId }) => ({ id: allowedId ?? 'alw_none' }),
  RemoveFromBlocklist: ({ blockedId }) => ({ id: blockedId ?? 'blk_none' }),
  ResolveBreak: ({ breakId }) => ({
    input: { id: breakId ?? 'brk_none', fix: 'ignore', note: 'Known: it was made past the gateway.' },
  }),
  ResumeJob: ({ exportId }) => ({ id: exportId ?? 'exp_none' }),
  RevokeApiKey: ({ apiKeyId }) => ({ id: apiKeyId ?? 'key_none' }),
  SettleHold: ({ holdId }) => ({ input: { id: holdId ?? 'hld_none', credits: 1, idempotencyKey: fresh() } }),
  StartExport: () => ({ input: { format: 'csv', select: { intents: {} } } }),
  StartGrantsImport: () => ({
    input: {
      ...{ campaign: 'welcome', format: 'csv', dryRun: true },
      file: 'userId,credits,key,reason\nada,20,referral-1,Thank you\n',
    },
  }),
  WatchJob: ({ exportId, runId }) => ({ id: exportId ?? runId ?? 'exp_none' }),
  ConfirmPayment: ({ intentId }) => ({
    input: { id: intentId ?? 'int_none', proof: { payment_id: 'pay_example', signature: '0'.repeat(64) } },
  }),
  CreateIntent: () => ({ input: { packageId: 'medium', idempotencyKey: fresh() } }),
  CreateWebhookEndpoint: () => ({ input: { url: 'https://example.com/credits', events: ['intent.*'] } }),
  DeleteWebhookEndpoint: ({ endpointId }) => ({ input: { id: endpointId ?? 'ept_none' } }),
  Deliveries: () => ({ first: 10 }),
  IntentByKey: ({ idempotencyKey }) => ({ lookup: { idempotencyKey: idempotencyKey ?? 'none' } }),
  MyIntents: () => ({ first: 5 }),
  Node: ({ intentId }) => ({ id: intentId ?? 'int_none' }),
  Nodes: ({ intentId, webhookEventId }) => ({ ids: [intentId, webhookEventId].filter(Boolean) }),
  Package: () => ({ id: 'medium' }),
  PaymentDetail: ({ intentId }) => ({ id: intentId ?? 'int_none' }),
  ProposeRiskRules: () => ({
    input: {
      shadow: true,
      document: {
        thresholds: { challenge: 40, review: 60, block: 80 },
        rules: [{ code: 'many_purchases', signal: 'user_purchases_1h', at_least: 10, weight: 80 }],
      },
    },
  }),
  ReplayWebhookEvents: ({ webhookEventId }) => ({
    input: { select: { ids: [webhookEventId ?? 'whe_none'] }, dryRun: true },
  }),
  ResendDeliveries: ({ deliveryId }) => ({
    input: { select: { ids: [deliveryId ?? 'dlv_none'] }, dryRun: true },
  }),
  RetireRiskRules: () => ({ version: 1 }),
  RotateWebhookEndpointSecret: ({ endpointId }) => ({ input: { id: endpointId ?? 'ept_none' } }),
  SavePackage: () => ({
    input: {
      id: 'medium',
      name: 'Medium',
      credits: 120,
      prices: [{ currency: 'INR', amountMinor: '10000' }],
    },
  }),
  NeedsSecondPerson: () => ({ userId: 'ada', unit: 'INR', amount: '500000' }),
  AttachDisputeFile: () => ({
    input: {
      disputeId: 'dsp_1',
      kind: 'receipt',
      name: 'r.pdf',
      contentType: 'application/pdf',
      content: 'JVBERi0=',
    },
  }),
  DraftDisputeEvidence: () => ({ input: { disputeId: 'dsp_1', text: 'The credits were used.' } }),
  SubmitDisputeEvidence: () => ({
    input: { disputeId: 'dsp_1', text: 'The credits were used.', idempotencyKey: fresh() },
  }),
  AcceptDispute: () => ({ input: { disputeId: 'dsp_1', reason: 'They are right', idempotencyKey: fresh() } }),
  SaveCampaign: () => ({
    input: { key: 'welcome', name: 'Welcome', budgetCredits: 10_000, expireAfterDays: 30 },
  }),
  GrantCredits: () => ({
    input: {
      campaign: 'welcome',
      grants: [{ userId: 'ada', credits: 20, key: fresh(), reason: 'Welcome' }],
    },
  }),
  ReverseSpend: ({ spendId }) => ({
    input: { transactionId: spendId ?? 'ctx_1', reason: 'The job failed', idempotencyKey: fresh() },
  }),
  MoveCredits: () => ({
    input: { userId: 'user_1', toUserId: 'user_2', credits: 10, reason: 'Team', idempotencyKey: fresh() },
  }),
  RevokeCampaign: () => ({ input: { key: 'welcome', reason: 'Given to the wrong people' } }),
  SavePromoCode: () => ({
    input: { code: 'SPRING-2026', campaign: 'welcome', credits: 20, totalLimit: 100 },
  }),
  RedeemPromoCode: () => ({ input: { code: 'SPRING-2026' } }),
  SaveOperation: () => ({ input: { code: 'tokens', name: 'Tokens of the small model', unit: 'token' } }),
  SaveRate: () => ({ input: { operation: 'tokens', microPerUnit: '3000', perUnits: '1000' } }),
  EstimateSpend: () => ({ usage: [{ operation: 'tokens', quantity: '1500' }] }),
  SetSpendLimit: () => ({
    input: { userId: 'ada', memberId: 'mel', per: 'month', credits: 2_000, timeZone: 'Asia/Kolkata' },
  }),
  CreateWallet: () => ({ input: { name: 'Acme', ownerId: 'ada', idempotencyKey: fresh() } }),
  SetWalletMember: () => ({ input: { walletId: 'wal_none', userId: 'mel', role: 'member' } }),
  RemoveWalletMember: () => ({ input: { walletId: 'wal_none', userId: 'mel' } }),
  SharedWallet: () => ({ id: 'wal_none' }),
  UpsertUser: () => ({ input: { id: 'ada', email: 'ada@example.com', name: 'Ada Lovelace' } }),
  SetLowBalance: () => ({ input: { levels: [{ credits: 20 }, { percentOfLastPurchase: 10 }] } }),
  SpendMany: () => ({
    input: {
      items: [
        { userId: 'ada', credits: 1, reason: 'Tokens', key: fresh() },
        { userId: 'ada', credits: 2, reason: 'Tokens', key: fresh() },
      ],
    },
  }),
  RevokeGrant: () => ({ input: { id: 'grt_1', reason: 'Given by mistake' } }),
  SendTestDelivery: ({ endpointId }) => ({ input: { id: endpointId ?? 'ept_none' } }),
  Simulate: ({ openIntentId }) => ({ input: { id: openIntentId ?? 'int_none', outcome: 'succeed' } }),
  Spend: () => ({ input: { credits: 1, reason: 'One picture', idempotencyKey: fresh() } }),
  Sync: ({ intentId }) => ({ input: { id: intentId ?? 'int_none' } }),
  UpdateWebhookEndpoint: ({ endpointId }) => ({
    input: { id: endpointId ?? 'ept_none', description: 'Our back end' },
  }),
  WatchIntent: ({ intentId }) => ({ id: intentId ?? 'int_none' }),
};

/** Variables by name where the operation is not listed: ranges and ids have one sensible meaning each. */
const BY_NAME: Readonly<Record<string, (at: AtHand) => unknown>> = {
  id: ({ intentId }) => intentId ?? 'int_none',
  intentId: ({ intentId }) => intentId ?? 'int_none',
  range: () => ({ gte: monthAgo(), lt: tomorrow() }),
  at: () => monthAgo(),
  asOf: () => monthAgo(),
};

/** Which things an operation's variables name: those that their makers look at. */
export function wantedBy(source: string): readonly (keyof AtHand)[] {
  const wanted = new Set<keyof AtHand>();
  const looking = new Proxy(NOTHING, {
    get: (_, name) => {
      wanted.add(name as keyof AtHand);
      return null;
    },
  });
  variablesFor(source, looking);
  return [...wanted];
}

/** @param source the operation's text, whose required variables are found by their names. */
export function variablesFor(source: string, at: AtHand): Variables {
  const name = /^\s*(?:query|mutation|subscription)\s+(\w+)/.exec(source)?.[1] ?? '';
  const listed = VARIABLES[name];
  if (listed) return listed(at);
  const required = [...source.matchAll(/\$(\w+):[^,)]*!/g)].map((match) => match[1] ?? '');
  return Object.fromEntries(required.flatMap((item) => (BY_NAME[item] ? [[item, BY_NAME[item](at)]] : [])));
}
