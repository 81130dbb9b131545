// Who may call the root fields that ask for no role. test/graphql/roles.test.ts asks each field as every kind of caller.

export type Reach = 'public' | 'self' | 'named' | 'id' | 'spent' | 'given' | 'service' | 'owned' | 'managed';

/** In words, for the reference. */
export const REACHES: Readonly<Record<Reach, string>> = {
  public: 'anybody, signed in or not',
  self: 'whoever is signed in, about their own',
  named: 'a user about their own; back ends (`service`) and operators name a user',
  id: 'a user for what is their own; back ends (`service`) and operators for everybody’s',
  given: 'back ends (`service`) and finance; for anybody else there is nothing',
  service: 'back ends (`service`); for anybody else there is nothing',
  owned: 'a user for their own; back ends (`service`) and operators for a user that they name',
  managed:
    'owners and managers of a shared wallet, back ends (`service`) for every one; for anybody else there is none',
  spent: 'a user for their own credits, back ends (`service`) for everybody’s; operators not',
};

const ROOTS: Readonly<Record<string, Reach>> = {
  'Query.packages': 'public',
  'Query.package': 'public',
  'Query.checkoutConfig': 'public',
  'Query.operations': 'public',
  'Query.estimateSpend': 'public',
  'Query.viewer': 'public',
  'Query.clock': 'public',
  'Query.node': 'id',
  'Query.nodes': 'id',
  'Query.intent': 'id',
  'Query.intentBy': 'id',
  'Query.intents': 'self',
  'Query.wallet': 'id',
  'Query.myWallets': 'self',
  'Query.balance': 'named',
  'Query.balanceAt': 'named',
  'Query.holds': 'named',
  'Query.usage': 'named',
  'Query.creditTransactions': 'named',
  'Mutation.createIntent': 'self',
  'Mutation.cancelIntent': 'id',
  'Mutation.syncIntent': 'id',
  'Mutation.simulatePayment': 'id',
  'Mutation.spendCredits': 'spent',
  'Mutation.holdCredits': 'spent',
  'Mutation.settleHold': 'spent',
  'Mutation.releaseHold': 'id',
  'Mutation.grantCredits': 'given',
  'Mutation.revokeGrant': 'given',
  'Mutation.spendMany': 'service',
  'Mutation.createWallet': 'service',
  'Mutation.setWalletMember': 'managed',
  'Mutation.removeWalletMember': 'managed',
  'Mutation.upsertUser': 'service',
  'Mutation.setLowBalance': 'owned',
  'Mutation.setSpendLimit': 'given',
  'Mutation.redeemPromoCode': 'spent',
  'Mutation.reverseSpend': 'given',
  'Mutation.moveCredits': 'given',
  'Subscription.intentStatusChanged': 'id',
  'Subscription.balanceChanged': 'named',
};

// confirmPayment, and the one of a provider of its own.
const CONFIRMING = /^Mutation\.confirm\w*Payment$/;

/** @param coordinate such as `Query.balance`; undefined where a role is asked for. */
export const reachOf = (coordinate: string): Reach | undefined =>
  CONFIRMING.test(coordinate) ? 'id' : ROOTS[coordinate];
