// What the console asks, with its own documents: each list as it opens, by each filter, by a deep place, and one of each.
import { consoleDocuments } from './history-documents';
import type { Sample } from './history-sample';

export interface Asked {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

const DAY_MS = 86_400_000;

type Ask = (operation: string, what: string, variables?: Asked['variables']) => Asked;

/** Periods of this history. */
interface Periods {
  readonly before: (days: number) => string;
  readonly lately: object;
  readonly longAgo: object;
}

export function operations(sample: Sample): Asked[] {
  const documents = consoleDocuments();
  const before = (days: number) => new Date(sample.now.getTime() - days * DAY_MS).toISOString();
  const periods = { before, lately: { gte: before(30) }, longAgo: { gte: before(400), lt: before(399) } };
  const ask: Ask = (operation, what, variables = {}) => {
    const query = documents.get(operation);
    if (!query) throw new Error(`The console has no operation ${operation}`);
    return { name: what ? `${operation}: ${what}` : operation, query, variables };
  };
  return [
    ...overview(ask, sample, periods),
    ...payments(ask, sample, periods),
    ...paymentsBySearch(ask, sample),
    ...counts(ask, periods),
    ...users(ask, sample),
    ...webhookEvents(ask, sample, periods),
    ...deliveries(ask, sample, periods),
    ...ledger(ask, sample, periods),
    ...others(ask),
  ];
}

const overview = (ask: Ask, { now }: Sample, { before, lately }: Periods): Asked[] => [
  ask('Overview', '30 days', { day: lately, stuck: { lt: new Date(now.getTime() - 600_000).toISOString() } }),
  ask('OverviewTroubles', ''),
  ask('Sold', '30 days', { range: { gte: before(30), lt: now.toISOString() }, timezone: 'Asia/Kolkata' }),
];

const list =
  (ask: Ask) =>
  (what: string, filter: object | null, more: object = {}) =>
    ask('Payments', what, { first: 50, filter, ...more });
const by = (field: string, direction = 'desc') => ({ orderBy: { field, direction } });

function payments(ask: Ask, { deep }: Sample, { lately, longAgo }: Periods): Asked[] {
  const page = list(ask);
  return [
    page('newest', null),
    page('deep page', null, { after: deep.created }),
    page('oldest first', null, by('createdAt', 'asc')),
    page('by update', null, by('updatedAt')),
    page('by update, deep', null, { ...by('updatedAt'), after: deep.updated }),
    page('by amount', null, by('amountMinor')),
    page('by amount, deep', null, { ...by('amountMinor'), after: deep.amount }),
    ...['pending', 'processing', 'succeeded', 'failed', 'canceled'].map((status) =>
      page(`status ${status}`, { status: [status] }),
    ),
    page('status failed, deep', { status: ['failed'] }, { after: deep.created }),
    page('failed or canceled', { status: ['failed', 'canceled'] }),
    page('pending or processing', { status: ['pending', 'processing'] }),
    page('processing, by amount', { status: ['processing'] }, by('amountMinor')),
    page('provider stripe', { provider: ['stripe'] }),
    page('provider and failed', { provider: ['stripe'], status: ['failed'] }),
    page('package xlarge', { packageId: ['xlarge'] }),
    page('package of none', { packageId: ['none'] }),
    page('package of none, a day', { packageId: ['none'], createdAt: longAgo }),
    page('currency USD', { currency: 'USD' }),
    page('currency of none', { currency: 'EUR' }),
    page('amount 20,000 up', { amountMinor: { gte: 20_000 } }),
    page('amount of none', { amountMinor: { gte: 50_000 } }),
    page('a day long ago', { createdAt: longAgo }),
    page('a day, failed', { createdAt: longAgo, status: ['failed'] }),
    page('a month, pending', { createdAt: lately, status: ['pending'] }),
    page('refunded', { refunded: true }),
    page('not refunded', { refunded: false }),
  ];
}

function paymentsBySearch(ask: Ask, { intent, user, busyUser }: Sample): Asked[] {
  const page = list(ask);
  return [
    page('search, our id', { search: intent.id }),
    page('search, provider id', { search: intent.provider_intent_id }),
    page('search, payment id', { search: intent.provider_payment_id }),
    page('search, key', { search: intent.idempotency_key }),
    page('search, busy user', { search: busyUser }),
    page('search, nothing', { search: 'nobody' }),
    page('of a user', { userId: user }),
    page('of a busy user', { userId: busyUser }),
    page('of a busy user, failed', { userId: busyUser, status: ['failed'] }),
    ask('Payment', 'one', { id: intent.id }),
    ask('RefundPreviewOf', 'one', { id: intent.id }),
  ];
}

const counts = (ask: Ask, { lately }: Periods): Asked[] => [
  ask('PaymentsCount', 'all', { filter: {} }),
  ask('PaymentsCount', 'succeeded', { filter: { status: ['succeeded'] } }),
  ask('PaymentsCount', 'failed', { filter: { status: ['failed'] } }),
  ask('PaymentsCount', 'stripe, 30 days', { filter: { provider: ['stripe'], createdAt: lately } }),
];

const users = (ask: Ask, { deep, user, busyUser }: Sample): Asked[] => [
  ask('Users', 'first page'),
  ask('Users', 'deep page', { after: deep.users }),
  ask('Users', 'search', { search: 'user_12' }),
  ask('User', 'one', { id: user, filter: { userId: user } }),
  ask('User', 'busy', { id: busyUser, filter: { userId: busyUser } }),
];

const webhookEvents = (ask: Ask, { deep, intent, webhookEvent }: Sample, { longAgo }: Periods): Asked[] => [
  ask('WebhookEvents', 'newest', { filter: {} }),
  ask('WebhookEvents', 'deep page', { filter: {}, after: deep.webhooks }),
  ...['processed', 'ignored', 'dead', 'failed', 'parked'].map((status) =>
    ask('WebhookEvents', `status ${status}`, { filter: { status: [status] } }),
  ),
  ask('WebhookEvents', 'ignored, stripe', { filter: { status: ['ignored'], provider: ['stripe'] } }),
  ask('WebhookEvents', 'provider stripe', { filter: { provider: ['stripe'] } }),
  ask('WebhookEvents', 'a day long ago', { filter: { receivedAt: longAgo } }),
  ask('WebhookEvents', 'of a payment', { filter: { intentId: intent.id } }),
  ask('WebhookEvents', 'search, provider id', { filter: { search: intent.provider_intent_id } }),
  ask('WebhookEvents', 'search, our id', { filter: { search: intent.id } }),
  ask('WebhookEvents', 'search, nothing', { filter: { search: 'nothing' } }),
  ask('WebhookEventById', '', { id: webhookEvent }),
];

const deliveries = (ask: Ask, { deep }: Sample, { longAgo }: Periods): Asked[] => [
  ask('DeliveryList', 'newest', { filter: {} }),
  ask('DeliveryList', 'deep page', { filter: {}, after: deep.deliveries }),
  ...['delivered', 'dead', 'failed', 'pending'].map((status) =>
    ask('DeliveryList', `status ${status}`, { filter: { status: [status] } }),
  ),
  ask('DeliveryList', 'of an endpoint', { filter: { endpointId: 'ept_made_1' } }),
  ask('DeliveryList', 'of no endpoint', { filter: { endpointId: 'ept_none' } }),
  ask('DeliveryList', 'event of none', { filter: { event: ['dispute.won'] } }),
  ask('DeliveryList', 'a day long ago', { filter: { createdAt: longAgo } }),
  ask('Endpoints', ''),
];

const ledger = (ask: Ask, { deep, intent, busyUser }: Sample, { before, longAgo }: Periods): Asked[] => [
  ask('LedgerEntries', 'newest', { filter: {} }),
  ask('LedgerEntries', 'deep page', { filter: {}, after: deep.ledger }),
  ...['wallet', 'clearing_stripe', 'chargebacks', 'bank'].map((accountCode) =>
    ask('LedgerEntries', `account ${accountCode}`, { filter: { accountCode } }),
  ),
  ask('LedgerEntries', 'of a payment', { filter: { intentId: intent.id } }),
  ask('LedgerEntries', 'of a busy user', { filter: { userId: busyUser } }),
  ask('LedgerEntries', 'a day long ago', { filter: { postedAt: longAgo } }),
  ask('Accounts', 'now'),
  ask('Accounts', 'a year ago', { asOf: before(365) }),
  // The console does not show it yet.
  {
    name: 'Credit statement, a month',
    query: `query ($range: DateTimeRange!) { admin { creditStatement(range: $range) {
      opening { credits } closing { credits } granted { credits } spent { credits } } } }`,
    variables: { range: { gte: before(60), lt: before(30) } },
  },
];

const others = (ask: Ask): Asked[] => [
  ask('RefundList', 'newest'),
  ask('RefundList', 'failed', { filter: { status: ['failed'] } }),
  ask('DisputeList', 'newest'),
  ask('ApprovalList', ''),
  ask('AuditEntries', 'newest'),
  ask('AuditEntries', 'by actor', { actor: 'operator_3' }),
  ask('AuditEntries', 'of nobody', { actor: 'nobody' }),
  ask('RunList', ''),
  ask('BreakList', 'newest', { filter: {} }),
  ask('BreakList', 'open', { filter: { status: ['open'] } }),
  ask('BreakList', 'of no kind', { filter: { kind: ['payout_mismatch'] } }),
  ask('ExportList', ''),
  ask('PackageList', ''),
  ask('GatewayHealth', ''),
];
