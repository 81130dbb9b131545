// What the console asks, with its own documents: each list as it opens, by each filter, by a deep place, and one of each.
import fs from 'node:fs';
import path from 'node:path';
import { type DocumentNode, type FragmentDefinitionNode, Kind, parse, print, visit } from 'graphql';
import type pg from 'pg';
import { cursorAt } from '../src/db/page';

const CONSOLE = path.join('web', 'console');

export interface Asked {
  readonly name: string;
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Every operation of the console by its name, each with the fragments it uses. */
export function consoleDocuments(): ReadonlyMap<string, string> {
  const files = fs
    .readdirSync(CONSOLE, { recursive: true })
    .filter((file) => String(file).endsWith('.graphql'));
  const definitions = files.flatMap(
    (file) => parse(fs.readFileSync(path.join(CONSOLE, String(file)), 'utf8')).definitions,
  );
  const fragments = new Map(
    definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const used = (node: DocumentNode['definitions'][number], found = new Set<FragmentDefinitionNode>()) => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (!fragment || found.has(fragment)) return;
        found.add(fragment);
        used(fragment, found);
      },
    });
    return found;
  };
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.name
        ? [
            [definition.name.value, [definition, ...used(definition)].map(print).join('\n')] as [
              string,
              string,
            ],
          ]
        : [],
    ),
  );
}

/** Things of this history to ask for. */
interface Sample {
  /** As the console would take it from the clock. */
  readonly now: Date;
  readonly busyUser: string;
  readonly user: string;
  readonly intent: Record<'id' | 'provider_intent_id' | 'provider_payment_id' | 'idempotency_key', string>;
  readonly webhookEvent: string;
  /** Cursors after nine tenths of each list. */
  readonly deep: Readonly<
    Record<'created' | 'updated' | 'amount' | 'webhooks' | 'deliveries' | 'ledger' | 'users', string>
  >;
}

export async function sampleOf(client: pg.Client): Promise<Sample> {
  const one = async (text: string) => (await client.query(text)).rows[0];
  const micros = (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint::text as at`;
  const intents = await one('select intents from history_made');
  const tenth = Math.floor(intents.intents / 10);
  const intent = await one(
    `select * from intents where status = 'succeeded' order by created_at desc offset ${tenth} limit 1`,
  );
  const place = async (name: string, column: string, from: string, direction: 'desc' | 'asc' = 'desc') => {
    const back = direction === 'desc' ? 'asc' : 'desc';
    const row = await one(
      `select id, ${column.endsWith('_at') ? micros(column) : `${column}::text as at`} from ${from} order by ${column} ${back}, id ${back} offset ${tenth} limit 1`,
    );
    return cursorAt(name, [row.at, row.id]);
  };
  const last = async (text: string) => (await one(text)).at as string;
  return {
    now: (await one('select max(created_at) as at from intents')).at,
    busyUser: 'user_1',
    user: intent.user_id,
    intent,
    webhookEvent: await last('select id as at from webhook_events order by received_at desc limit 1'),
    deep: {
      created: await place('intents:createdAt:desc', 'created_at', 'intents'),
      updated: await place('intents:updatedAt:desc', 'updated_at', 'intents'),
      amount: await place('intents:amountMinor:desc', 'amount_minor', 'intents'),
      webhooks: await place('webhookEvents', 'received_at', 'webhook_events'),
      deliveries: await place('deliveries', 'created_at', 'deliveries'),
      ledger: cursorAt('ledger', [await last('select (max(id) / 10)::text as at from journal')]),
      users: cursorAt('wallets', [
        await last("select max(user_id) as at from wallets where user_id < 'user_9'"),
      ]),
    },
  };
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
    page('by amount', null, by('amountCents')),
    page('by amount, deep', null, { ...by('amountCents'), after: deep.amount }),
    ...['pending', 'processing', 'succeeded', 'failed', 'canceled'].map((status) =>
      page(`status ${status}`, { status: [status] }),
    ),
    page('status failed, deep', { status: ['failed'] }, { after: deep.created }),
    page('failed or canceled', { status: ['failed', 'canceled'] }),
    page('pending or processing', { status: ['pending', 'processing'] }),
    page('processing, by amount', { status: ['processing'] }, by('amountCents')),
    page('provider stripe', { provider: ['stripe'] }),
    page('provider and failed', { provider: ['stripe'], status: ['failed'] }),
    page('package xlarge', { packageId: ['xlarge'] }),
    page('package of none', { packageId: ['none'] }),
    page('package of none, a day', { packageId: ['none'], createdAt: longAgo }),
    page('currency USD', { currency: 'USD' }),
    page('currency of none', { currency: 'EUR' }),
    page('amount 20,000 up', { amountCents: { gte: 20_000 } }),
    page('amount of none', { amountCents: { gte: 50_000 } }),
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
