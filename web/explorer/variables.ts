// Variables with which each saved operation runs as it is. Ids are those of what is there when an example is chosen.

/** The newest of each thing that the caller can see; null when there is none. */
export interface AtHand {
  readonly intentId: string | null;
  readonly providerIntentId: string | null;
  readonly idempotencyKey: string | null;
  readonly webhookEventId: string | null;
  readonly endpointId: string | null;
  readonly deliveryId: string | null;
}

type Variables = Record<string, unknown>;

const monthAgo = () => new Date(Date.now() - 30 * 86_400_000).toISOString();
const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();
const fresh = () => crypto.randomUUID();

/** By the name of the operation. An operation that is not here takes none, or all of them have defaults. */
export const VARIABLES: Readonly<Record<string, (at: AtHand) => Variables>> = {
  AddNote: ({ intentId }) => ({ input: { subjectId: intentId, text: 'Asked the payer for a receipt.' } }),
  ActivateRiskRules: () => ({ version: 1 }),
  AddToAllowlist: () => ({
    input: { kind: 'user', value: 'ada', reason: 'Known to us for years.', expiresAt: tomorrow() },
  }),
  AddToBlocklist: () => ({
    input: { kind: 'address', value: '203.0.113.0/24', reason: 'Tried cards.', expiresAt: tomorrow() },
  }),
  AdvanceClock: () => ({ input: { bySeconds: 86_400 } }),
  AllowPayer: () => ({ input: { decisionId: 'rsk_1', hours: 24, reason: 'Called us, and is known.' } }),
  Cancel: ({ intentId }) => ({ input: { id: intentId } }),
  ConfirmPayment: ({ intentId }) => ({
    input: { id: intentId, proof: { payment_id: 'pay_example', signature: '0'.repeat(64) } },
  }),
  CreateIntent: () => ({ input: { packageId: 'medium', idempotencyKey: fresh() } }),
  CreateWebhookEndpoint: () => ({ input: { url: 'https://example.com/credits', events: ['intent.*'] } }),
  DeleteWebhookEndpoint: ({ endpointId }) => ({ input: { id: endpointId } }),
  Deliveries: () => ({ first: 10 }),
  IntentByKey: ({ idempotencyKey }) => ({ lookup: { idempotencyKey } }),
  MyIntents: () => ({ first: 5 }),
  Node: ({ intentId }) => ({ id: intentId }),
  Nodes: ({ intentId, webhookEventId }) => ({ ids: [intentId, webhookEventId].filter(Boolean) }),
  Package: () => ({ id: 'medium' }),
  PaymentDetail: ({ intentId }) => ({ id: intentId }),
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
    input: { select: { ids: [webhookEventId] }, dryRun: true },
  }),
  ResendDeliveries: ({ deliveryId }) => ({ input: { select: { ids: [deliveryId] }, dryRun: true } }),
  RetireRiskRules: () => ({ version: 1 }),
  RotateWebhookEndpointSecret: ({ endpointId }) => ({ input: { id: endpointId } }),
  SavePackage: () => ({
    input: {
      id: 'medium',
      name: 'Medium',
      credits: 120,
      prices: [{ currency: 'INR', amountMinor: '10000' }],
    },
  }),
  SaveCampaign: () => ({
    input: { key: 'welcome', name: 'Welcome', budgetCredits: 10_000, expireAfterDays: 30 },
  }),
  GrantCredits: () => ({
    input: {
      campaign: 'welcome',
      grants: [{ userId: 'ada', credits: 20, key: fresh(), reason: 'Welcome' }],
    },
  }),
  ReverseSpend: () => ({
    input: { transactionId: 'ctx_1', reason: 'The job failed', idempotencyKey: fresh() },
  }),
  RevokeCampaign: () => ({ input: { key: 'welcome', reason: 'Given to the wrong people' } }),
  SavePromoCode: () => ({
    input: { code: 'SPRING-2026', campaign: 'welcome', credits: 20, totalLimit: 100 },
  }),
  RedeemPromoCode: () => ({ input: { code: 'SPRING-2026' } }),
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
  SendTestDelivery: ({ endpointId }) => ({ input: { id: endpointId } }),
  Simulate: ({ intentId }) => ({ input: { id: intentId, outcome: 'succeed' } }),
  Spend: () => ({ input: { credits: 1, reason: 'One picture', idempotencyKey: fresh() } }),
  Sync: ({ intentId }) => ({ input: { id: intentId } }),
  UpdateWebhookEndpoint: ({ endpointId }) => ({ input: { id: endpointId, description: 'Our back end' } }),
  WatchIntent: ({ intentId }) => ({ id: intentId }),
};

/** Variables by name where the operation is not listed: ranges and ids have one sensible meaning each. */
const BY_NAME: Readonly<Record<string, (at: AtHand) => unknown>> = {
  id: ({ intentId }) => intentId,
  intentId: ({ intentId }) => intentId,
  range: () => ({ gte: monthAgo(), lt: tomorrow() }),
  at: () => monthAgo(),
  asOf: () => monthAgo(),
};

/** @param source the operation's text, whose required variables are found by their names. */
export function variablesFor(source: string, at: AtHand): Variables {
  const name = /^\s*(?:query|mutation|subscription)\s+(\w+)/.exec(source)?.[1] ?? '';
  const listed = VARIABLES[name];
  if (listed) return listed(at);
  const required = [...source.matchAll(/\$(\w+):[^,)]*!/g)].map((match) => match[1] ?? '');
  return Object.fromEntries(required.flatMap((item) => (BY_NAME[item] ? [[item, BY_NAME[item](at)]] : [])));
}
