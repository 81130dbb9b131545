// The gateway from a back end: each money verb and each query that a service may call, as a function.
import { usersOf } from './about-users';
import { heldOf, keyed, present } from './answer';
import { createCall } from './call';
import * as operations from './operations';
import { type GatewayOptions, settingsOf } from './options';
import type * as types from './types';
import { usedOf } from './usage';
import { watchBalance } from './watch-balance';
import { type Done, type HoldForWork, type Settled, withHold } from './with-hold';

export { GatewayError, isGatewayError } from './failure';
export type { GatewayOptions } from './options';
export type * from './types';
export type { Done, HoldForWork, Settled } from './with-hold';

/** Every function throws GatewayError; `code` says what happened, and which codes there are stands in the gateway's docs/errors.md. */
export interface Gateway {
  /** Takes credits from a user, all or nothing. @throws INSUFFICIENT_CREDITS, SPEND_LIMIT_REACHED, refusals that its key keeps */
  spend(input: types.SpendInput): Promise<types.Spent>;
  /** Takes what was used costs, by the gateway's rates. @throws INSUFFICIENT_CREDITS, a refusal that its key keeps */
  spendUsage(input: types.SpendUsageInput): Promise<types.UsageSpent>;
  /** What usage costs by the rates of now: no promise. */
  estimateSpend(usage: readonly types.UsageInput[]): Promise<types.SpendEstimate>;
  /** Up to 1,000 spends, each by its own key: one that is refused harms none. One result for each, in their order. */
  spendMany(input: types.SpendManyInput): Promise<readonly types.SpendResult[]>;
  /** Gives back what a spend took, or a part of it. @throws INVALID_STATE when so much is not left of it */
  reverseSpend(input: types.ReverseSpendInput): Promise<types.Reversed>;
  /** Moves bought credits to another wallet, with their price and their end. @throws INSUFFICIENT_CREDITS when so many cannot be moved */
  moveCredits(input: types.MoveCreditsInput): Promise<types.Moved>;
  /** Gives credits out of a campaign, each once by its key. One result for each, in their order. */
  grantCredits(input: types.GrantCreditsInput): Promise<readonly types.GrantResult[]>;
  /** Takes back what is left of a grant. */
  revokeGrant(input: types.RevokeGrantInput): Promise<types.Revoked>;
  /** Limits what may be spent of a user's credits in a span of time; `credits: null` takes the limit away. */
  setSpendLimit(input: types.SetSpendLimitInput): Promise<types.BalanceWithLimits>;
  /** Says how a user is called, for operators to find and to see: kept encrypted. */
  upsertUser(input: types.UpsertUserInput): Promise<types.UserProfile>;
  /** Sets credits aside, for at most 24 hours. @throws INSUFFICIENT_CREDITS, SPEND_LIMIT_REACHED */
  hold(input: types.HoldInput): Promise<types.Held>;
  /** Spends what was used of a hold, also more than it held; the rest is free again. */
  settleHold(input: types.SettleHoldInput): Promise<types.HoldSettled>;
  /** Spends what was used of a hold, by the rates of when it was made: all there is, where it costs more. */
  settleUsage(input: types.SettleUsageInput): Promise<types.UsageSettled>;
  /** Ends a hold without a spend. Released before is released. */
  releaseHold(input: types.ReleaseHoldInput): Promise<types.Held>;
  /** Hold, work, settle what it used; released when the work throws. */
  withHold<Value>(
    input: HoldForWork,
    work: (hold: types.Hold) => Promise<Done<Value>>,
  ): Promise<Settled<Value>>;
  balance(userId: string): Promise<types.BalanceWithExpiry>;
  /**
   * The balance now, and then every change of it, across restarts of the gateway; until `signal` is aborted or the loop is left.
   * One is one open request of at most 1,000 that the gateway takes from an address.
   */
  watchBalance(
    userId: string,
    options?: { readonly signal?: AbortSignal },
  ): AsyncGenerator<types.BalanceChange, void, void>;
  /** As it was at an instant (RFC 3339 or a Date). */
  balanceAt(userId: string, at: string | Date): Promise<types.HistoricBalance>;
  /** Newest first. */
  creditTransactions(input: types.TransactionsInput): Promise<types.Page<types.Transaction>>;
  holds(input: types.HoldsInput): Promise<types.Page<types.Hold>>;
  /** What is on sale; with a currency, its prices in it. */
  packages(currency?: string): Promise<readonly types.CreditPackage[]>;
  /** Starts a purchase for a user; the browser goes on with its id. */
  createIntent(input: types.CreateIntentInput): Promise<types.Created>;
  cancelIntent(input: types.CancelIntentInput): Promise<types.Intent>;
  /** Asks the provider now. */
  syncIntent(input: types.SyncIntentInput): Promise<types.Intent>;
  /** Null when there is none. */
  intent(id: string): Promise<types.Intent | null>;
  intentBy(lookup: types.IntentLookup): Promise<types.Intent | null>;
  intents(input?: types.IntentsInput): Promise<types.Page<types.Intent>>;
  /** Any other document, with the same retries: a mutation of your own must carry a key. */
  query<Data>(document: string, variables?: object): Promise<Data>;
}

const PAGE = 20;

/**
 * @param options.url the gateway's address; `apiKey` a service's key
 * @throws TypeError for an address that is none or a key that is empty
 */
export function createGateway(options: GatewayOptions): Gateway {
  const settings = settingsOf(options);
  const call = createCall(settings);
  const gateway: Gateway = {
    ...creditsOf(call),
    ...givenOf(call),
    ...usedOf(call),
    ...usersOf(call),
    ...intentsOf(call),
    watchBalance: (userId, { signal } = {}) => watchBalance(settings, userId, signal),
    withHold: (input, work) => withHold(gateway, input, work),
    query: (document, variables = {}) => call('query', document, variables),
  };
  return gateway;
}

type Call = ReturnType<typeof createCall>;

function creditsOf(call: Call) {
  return {
    spend: async (input: types.SpendInput): Promise<types.Spent> => {
      const { answer } = await call<operations.SpendCreditsMutation>(
        'spendCredits',
        operations.SPEND_CREDITS,
        {
          input: keyed(input),
        },
      );
      const { transaction, balance, replayed, reversed } = answer;
      return {
        transaction: present(transaction, 'transaction'),
        balance: present(balance, 'balance'),
        replayed,
        reversed: reversed === true,
      };
    },
    hold: async (input: types.HoldInput): Promise<types.Held> => {
      const { answer } = await call<operations.HoldCreditsMutation>('holdCredits', operations.HOLD_CREDITS, {
        input: keyed(input),
      });
      return heldOf(answer);
    },
    settleHold: async (input: types.SettleHoldInput): Promise<types.HoldSettled> => {
      const { answer } = await call<operations.SettleHoldMutation>('settleHold', operations.SETTLE_HOLD, {
        input: keyed(input),
      });
      return { ...heldOf(answer), transaction: answer.transaction };
    },
    releaseHold: async (input: types.ReleaseHoldInput): Promise<types.Held> => {
      const { answer } = await call<operations.ReleaseHoldMutation>('releaseHold', operations.RELEASE_HOLD, {
        input,
      });
      return heldOf(answer);
    },
    balance: async (userId: string) =>
      (await call<operations.BalanceQuery>('balance', operations.BALANCE, { userId })).balance,
    balanceAt: async (userId: string, at: string | Date) =>
      (
        await call<operations.BalanceAtQuery>('balanceAt', operations.BALANCE_AT, {
          userId,
          at: typeof at === 'string' ? at : at.toISOString(),
        })
      ).balanceAt,
    creditTransactions: async (input: types.TransactionsInput) =>
      (
        await call<operations.CreditTransactionsQuery>('creditTransactions', operations.CREDIT_TRANSACTIONS, {
          first: PAGE,
          ...input,
        })
      ).creditTransactions,
    holds: async (input: types.HoldsInput) =>
      (
        await call<operations.HoldsQuery>('holds', operations.HOLDS, {
          first: PAGE,
          status: ['open'],
          ...input,
        })
      ).holds,
  };
}

function givenOf(call: Call) {
  return {
    spendMany: async (input: types.SpendManyInput) =>
      (await call<operations.SpendManyMutation>('spendMany', operations.SPEND_MANY, { input })).answer
        .results,
    reverseSpend: async (input: types.ReverseSpendInput): Promise<types.Reversed> => {
      const { answer } = await call<operations.ReverseSpendMutation>(
        'reverseSpend',
        operations.REVERSE_SPEND,
        { input: keyed(input) },
      );
      const { transaction, balance, replayed } = answer;
      return { transaction, balance: present(balance, 'balance'), replayed };
    },
    moveCredits: async (input: types.MoveCreditsInput): Promise<types.Moved> => {
      const { answer } = await call<operations.MoveCreditsMutation>('moveCredits', operations.MOVE_CREDITS, {
        input: keyed(input),
      });
      const { transaction, balance, toBalance, replayed } = answer;
      return {
        transaction: present(transaction, 'transaction'),
        balance: present(balance, 'balance'),
        toBalance: present(toBalance, 'toBalance'),
        replayed,
      };
    },
    grantCredits: async (input: types.GrantCreditsInput) =>
      (await call<operations.GrantCreditsMutation>('grantCredits', operations.GRANT_CREDITS, { input }))
        .answer.results,
    revokeGrant: async (input: types.RevokeGrantInput): Promise<types.Revoked> => {
      const { answer } = await call<operations.RevokeGrantMutation>('revokeGrant', operations.REVOKE_GRANT, {
        input,
      });
      return { grant: present(answer.grant, 'grant'), replayed: answer.replayed };
    },
  };
}

function intentsOf(call: Call) {
  return {
    packages: async (currency?: string) =>
      (await call<operations.PackagesQuery>('packages', operations.PACKAGES, { currency: currency ?? null }))
        .packages,
    createIntent: async (input: types.CreateIntentInput): Promise<types.Created> => {
      const { answer } = await call<operations.CreateIntentMutation>(
        'createIntent',
        operations.CREATE_INTENT,
        {
          input: keyed(input),
        },
      );
      return { intent: present(answer.intent, 'intent'), replayed: answer.replayed };
    },
    cancelIntent: async (input: types.CancelIntentInput) => {
      const { answer } = await call<operations.CancelIntentMutation>(
        'cancelIntent',
        operations.CANCEL_INTENT,
        {
          input,
        },
      );
      return present(answer.intent, 'intent');
    },
    syncIntent: async (input: types.SyncIntentInput) => {
      const { answer } = await call<operations.SyncIntentMutation>('syncIntent', operations.SYNC_INTENT, {
        input,
      });
      return present(answer.intent, 'intent');
    },
    intent: async (id: string) =>
      (await call<operations.IntentQuery>('intent', operations.INTENT, { id })).intent,
    intentBy: async (lookup: types.IntentLookup) =>
      (await call<operations.IntentByQuery>('intentBy', operations.INTENT_BY, { lookup })).intentBy,
    intents: async (input: types.IntentsInput = {}) =>
      (await call<operations.IntentsQuery>('intents', operations.INTENTS, { first: PAGE, ...input })).intents,
  };
}
