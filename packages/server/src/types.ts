// The things that the gateway's answers are made of, by the names that a product uses.
import type * as operations from './operations';

export type Balance = operations.BalanceFragment;
export type Transaction = operations.TransactionFragment;
export type Hold = operations.HoldFragment;
/** What a campaign gave. */
export type Grant = operations.GrantFragment;
/** What became of one spend, or of one grant, of a call. */
export type SpendResult = operations.SpendManyMutation['answer']['results'][number];
export type GrantResult = operations.GrantCreditsMutation['answer']['results'][number];
export type Intent = operations.IntentFragment;
export type CreditPackage = operations.PackagesQuery['packages'][number];
/** One event of `watchBalance`: `delta` is null in the snapshot that comes first. */
export type BalanceChange = operations.WatchBalanceSubscription['balanceChanged'];
export type BalanceWithExpiry = operations.BalanceQuery['balance'];
export type HistoricBalance = operations.BalanceAtQuery['balanceAt'];

/** A page of a list; `endCursor` goes in as `after` for the next one. */
export interface Page<Item> {
  readonly nodes: readonly Item[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export type UsageInput = operations.UsageInput;
/** What usage cost, in millionths of a credit, and the whole credits that were taken for it. */
export type UsageCharge = operations.UsageChargeFragment;
export type SpendEstimate = operations.EstimateSpendQuery['estimateSpend'];

type Given<Input> = {
  [Name in keyof Input as Name extends 'idempotencyKey' | 'userId' ? never : Name]: Input[Name];
};

/** Left out, a key is made for this call: its own retries take effect once. A call that your program repeats needs yours. */
export interface Keyed {
  readonly idempotencyKey?: string;
}
/** Whose credits. */
export interface OfUser {
  readonly userId: string;
}

/** Spends of whole credits. */
export type SpendInput = Omit<Given<operations.SpendCreditsInput>, 'credits' | 'usage' | 'occurredAt'> &
  Keyed &
  OfUser & { readonly credits: number };
/** What was used, priced by the gateway's rates; quantities are whole numbers as text. */
export type SpendUsageInput = Omit<Given<operations.SpendCreditsInput>, 'credits' | 'usage'> &
  Keyed &
  OfUser & { readonly usage: readonly UsageInput[] };
export type SettleUsageInput = Omit<Given<operations.SettleHoldInput>, 'credits' | 'usage'> &
  Keyed & { readonly usage: readonly UsageInput[] };
export type SpendManyInput = operations.SpendManyInput;
export type ReverseSpendInput = Given<operations.ReverseSpendInput> & Keyed;
export type MoveCreditsInput = Given<operations.MoveCreditsInput> & Keyed;
export type GrantCreditsInput = operations.GrantCreditsInput;
export type RevokeGrantInput = operations.RevokeGrantInput;
export type SetSpendLimitInput = operations.SetSpendLimitInput;
export type BalanceWithLimits = NonNullable<operations.SetSpendLimitMutation['answer']['balance']>;
/** `null` takes away, what is left out stays. */
export type UpsertUserInput = operations.UpsertUserInput;
export type UserProfile = NonNullable<operations.UpsertUserMutation['answer']['user']>;
export type HoldInput = Given<operations.HoldCreditsInput> & Keyed & OfUser;
export type SettleHoldInput = Given<operations.SettleHoldInput> & Keyed;
export type ReleaseHoldInput = operations.ReleaseHoldInput;
export type CreateIntentInput = Given<operations.CreateIntentInput> & Keyed & OfUser;
export type CancelIntentInput = operations.CancelIntentInput;
export type SyncIntentInput = operations.SyncIntentInput;
export type IntentLookup = operations.IntentLookup;

export interface PageInput {
  /** 1 to 100; left out, 20. */
  readonly first?: number;
  readonly after?: string | null;
}
export type TransactionsInput = OfUser & PageInput & { readonly filter?: operations.CreditTransactionFilter };
export type HoldsInput = OfUser & PageInput & { readonly status?: readonly operations.HoldStatus[] };
export type IntentsInput = PageInput & { readonly filter?: operations.IntentFilter };

export interface Spent {
  readonly transaction: Transaction;
  readonly balance: Balance;
  /** True when an earlier call with this key already did it. */
  readonly replayed: boolean;
  /** True when all that this key spent was given back: its work is not paid for, and another try takes another key. */
  readonly reversed: boolean;
}
export interface UsageSpent {
  /** Null when no whole credit was taken yet. */
  readonly transaction: Transaction | null;
  readonly usage: UsageCharge;
  readonly balance: Balance;
  readonly replayed: boolean;
  readonly reversed: boolean;
}
export interface Reversed {
  /** Null where no whole credit came back: of usage, that is said by what is left over. */
  readonly transaction: Transaction | null;
  readonly balance: Balance;
  readonly replayed: boolean;
}
export interface Moved {
  /** Of the wallet that they left. */
  readonly transaction: Transaction;
  readonly balance: Balance;
  readonly toBalance: Balance;
  readonly replayed: boolean;
}
export interface Revoked {
  readonly grant: Grant;
  readonly replayed: boolean;
}
export interface Held {
  readonly hold: Hold;
  readonly balance: Balance;
  readonly replayed: boolean;
}
export interface HoldSettled extends Held {
  /** Null when nothing was used. */
  readonly transaction: Transaction | null;
}
export interface UsageSettled extends HoldSettled {
  readonly usage: UsageCharge;
}
export interface Created {
  readonly intent: Intent;
  readonly replayed: boolean;
}
