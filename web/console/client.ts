// How the console asks: one normalised cache over HTTP, and graphql-ws for what is live. A change that comes by either
// way changes every row that shows the same thing.
import { cacheExchange } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { ExecutionResult } from 'graphql';
import { createClient as createSocket } from 'graphql-ws';
import { Client, fetchExchange, subscriptionExchange } from 'urql';

/** Lists that are read on with "Load more". */
const LISTS = {
  Query: ['intents', 'creditTransactions', 'holds'],
  Admin: [
    ...['webhookEvents', 'deliveries', 'ledger', 'refunds', 'disputes', 'wallets', 'auditLog', 'approvals'],
    ...['breaks', 'blocklist', 'allowlist', 'riskReviews', 'exports', 'reconciliationRuns', 'creditGrants'],
  ],
};

const paged = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, relayPagination({ mergeMode: 'inwards' })]));

/** What has no id of its own belongs to what it was read with. */
const KEYLESS = [
  'Admin',
  'Money',
  ...['MonthEnd', 'AccountPeriod', 'PackageLiability', 'ProviderPeriod', 'CreditStatement', 'CreditValue'],
  'PromoCode',
  ...['WalletMember', 'WalletMembership'],
  'DisputeEvidence',
  'DisputeAnswer',
  'EvidenceFile',
  'PaymentFailure',
  'PaymentMethod',
  'WebhookAttempt',
  'PageInfo',
  'LedgerAccount',
  'Progress',
  'Health',
  'HealthCheck',
  'RiskSignal',
  'RiskMinute',
  ...['', 'Counts', 'Decision', 'Change', 'Move', 'Money', 'Rule', 'Score', 'Point'].map(
    (part) => `RiskBacktest${part}`,
  ),
];

export function createConsoleClient(
  token: string,
  onLive: (isLive: boolean) => void,
): { client: Client; close(): void } {
  const authorization = `Bearer ${token}`;
  const socket = createSocket({
    url: `${location.origin.replace('http', 'ws')}/graphql`,
    connectionParams: { authorization },
    retryAttempts: Number.POSITIVE_INFINITY,
    shouldRetry: () => true,
    retryWait: (retries) =>
      new Promise((resolve) => setTimeout(resolve, Math.min(5_000, 250 * 2 ** retries))),
    on: { connected: () => onLive(true), closed: () => onLive(false) },
  });
  const client = new Client({
    url: '/graphql',
    preferGetMethod: false,
    fetchOptions: { headers: { authorization } },
    // What is on screen comes at once from the cache and is asked for again behind it.
    requestPolicy: 'cache-and-network',
    exchanges: [
      cacheExchange({
        // A fragment is of the type that it names and of no other: without this the cache guesses from its fields, and
        // takes what is no payment in the feed for half of one.
        possibleTypes: {},
        keys: Object.fromEntries(KEYLESS.map((name) => [name, () => null])),
        resolvers: { Query: paged(LISTS.Query), Admin: paged(LISTS.Admin) },
      }),
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => {
            let cursor: string | undefined;
            // The library sends the same object again on each connection: the getter says how far we are.
            const resuming = {
              ...variables,
              get after() {
                return cursor;
              },
            };
            const next = (result: ExecutionResult) => {
              cursor = cursorIn(result) ?? cursor;
              sink.next(result as never);
            };
            return {
              unsubscribe: socket.subscribe({ query, variables: resuming }, { ...sink, next } as never),
            };
          },
        }),
      }),
    ],
  });
  return { client, close: () => void socket.dispose() };
}

/** Every live field of the gateway tells its cursor. */
function cursorIn({ data }: ExecutionResult): string | undefined {
  const [event] = Object.values((data ?? {}) as Record<string, { readonly cursor?: string } | null>);
  return event?.cursor;
}
