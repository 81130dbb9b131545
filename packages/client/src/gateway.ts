// The gateway for the user who is signed in: each operation of a checkout and of a balance as a function.
import { createPurchasing } from './purchasing.ts';
import type * as types from './types.ts';

const BALANCE = 'balance { userId credits available held frozen owed version updatedAt }';
const TRANSACTION = 'id userId type credits balanceAfter reason reference createdAt';

/** What is sent for a balance. The same test holds them against the schema. */
export const DOCUMENTS = {
  balance: `{ ${BALANCE} }`,
  creditTransactions: `query ($first: Int, $after: String) { creditTransactions(first: $first, after: $after) { nodes { ${TRANSACTION} } pageInfo { hasNextPage endCursor } } }`,
  watchBalance: `subscription ($after: String) { event: balanceChanged(after: $after) { cursor delta ${BALANCE} } }`,
} as const;

interface Read {
  readonly balance: types.Balance;
  readonly creditTransactions: types.Page<types.Transaction>;
}

/**
 * @param options.url the gateway's address; left out, the page's own origin
 * @param options.token gives the signed-in user's token
 */
export function createGateway(options: types.GatewayOptions): types.Gateway {
  const { operations, call, live } = createPurchasing(options);
  return {
    ...operations,
    balance: async () => (await call<Pick<Read, 'balance'>>(DOCUMENTS.balance)).balance,
    creditTransactions: async (page = {}) =>
      (await call<Pick<Read, 'creditTransactions'>>(DOCUMENTS.creditTransactions, page)).creditTransactions,
    watchBalance: (watcher) => live.watch(DOCUMENTS.watchBalance, {}, watcher),
  };
}
