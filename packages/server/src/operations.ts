// Made by scripts/server-types.mjs from packages/server/graphql and the schema.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  | T
  | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type CancelIntentInput = {
  readonly id: string;
  readonly reason?: string | null | undefined;
};

export type CreateIntentInput = {
  /** One of the package's price currencies; left out: the package's own. */
  readonly currency?: string | null | undefined;
  readonly fingerprintId?: string | null | undefined;
  /** Made by the client, 1 to 255 characters, kept for ever. Left out: the gateway makes one, and a double click (same user, package, provider, currency and amount while a keyless intent is open, at most 24 hours) finds that intent instead of a second one. */
  readonly idempotencyKey?: string | null | undefined;
  /** For your own books. The user can read it. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  readonly packageId: string;
  /** Left out: the default provider for the currency. */
  readonly provider?: Provider | null | undefined;
  /** Your own number of this purchase, 1 to 255 characters; it need not be unique. The user can read it. */
  readonly reference?: string | null | undefined;
  readonly returnUrl?: string | null | undefined;
  /** Service only: for whom. */
  readonly userId?: string | null | undefined;
};

export type CreditTransactionFilter = {
  readonly createdAt?: DateTimeRange | null | undefined;
  readonly metadata?: MetadataFilter | null | undefined;
  readonly reference?: string | null | undefined;
  readonly type?: ReadonlyArray<CreditTransactionType> | null | undefined;
};

export type CreditTransactionType =
  | 'adjustment'
  | 'chargeback'
  | 'expiry'
  | 'purchase'
  | 'refund'
  | 'reversal'
  | 'spend';

export type DateTimeRange = {
  readonly gte?: string | null | undefined;
  readonly lt?: string | null | undefined;
};

export type ErrorCode =
  | 'ALREADY_DECIDED'
  | 'APPROVAL_REQUIRED'
  | 'IDEMPOTENCY_CONFLICT'
  | 'INSUFFICIENT_CREDITS'
  | 'INVALID_INPUT'
  | 'INVALID_STATE'
  | 'IN_PROGRESS'
  | 'MOCK_ONLY'
  | 'NOT_FOUND'
  | 'PAYMENTS_DISABLED'
  /** Refunds only; a declined payment is state on the intent. */
  | 'PROVIDER_DECLINED'
  | 'PROVIDER_UNAVAILABLE'
  | 'RATE_LIMITED'
  | 'REFUND_EXCEEDS_AMOUNT'
  | 'SIGNATURE_INVALID'
  | 'STALE_FIGURES';

export type HoldCreditsInput = {
  readonly credits: number;
  readonly idempotencyKey: string;
  /** For your own books. The user can read it. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  readonly reason: string;
  /** Your own number of it, 1 to 255 characters; it need not be unique. The user can read it. */
  readonly reference?: string | null | undefined;
  readonly ttlSeconds?: number;
  readonly userId?: string | null | undefined;
};

export type HoldStatus = 'expired' | 'open' | 'released' | 'settled';

export type IntRange = {
  readonly gte?: number | null | undefined;
  readonly lte?: number | null | undefined;
};

/** All given conditions must hold; a list means any of. */
export type IntentFilter = {
  readonly amountCents?: IntRange | null | undefined;
  readonly createdAt?: DateTimeRange | null | undefined;
  readonly currency?: string | null | undefined;
  readonly metadata?: MetadataFilter | null | undefined;
  readonly packageId?: ReadonlyArray<string> | null | undefined;
  readonly provider?: ReadonlyArray<Provider> | null | undefined;
  readonly reference?: string | null | undefined;
  readonly refunded?: boolean | null | undefined;
  readonly search?: string | null | undefined;
  readonly status?: ReadonlyArray<IntentStatus> | null | undefined;
  readonly userId?: string | null | undefined;
};

export type IntentLookup =
  | {
      readonly creditsTransactionId: string;
      readonly idempotencyKey?: never;
      readonly providerIntentId?: never;
    }
  | {
      readonly creditsTransactionId?: never;
      readonly idempotencyKey: string;
      readonly providerIntentId?: never;
    }
  | {
      readonly creditsTransactionId?: never;
      readonly idempotencyKey?: never;
      readonly providerIntentId: string;
    };

/** pending: the payer may act. processing: the provider is at it. failed: closed to the payer, yet money that still comes is granted. Only succeeded and canceled are final. */
export type IntentStatus = 'canceled' | 'failed' | 'pending' | 'processing' | 'succeeded';

/** Whatever was written with this key and this value. */
export type MetadataFilter = {
  readonly key: string;
  readonly value: string;
};

/** Who takes the money. Disabled when its keys are absent, unless the whole process is in mock mode. */
export type Provider = 'razorpay' | 'stripe';

export type ReleaseHoldInput = {
  readonly id: string;
};

export type SettleHoldInput = {
  readonly credits: number;
  readonly id: string;
  readonly idempotencyKey: string;
};

export type SpendCreditsInput = {
  readonly credits: number;
  readonly idempotencyKey: string;
  /** For your own books. The user can read it. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  readonly reason: string;
  /** Your own number of it, 1 to 255 characters; it need not be unique. The user can read it. */
  readonly reference?: string | null | undefined;
  readonly userId?: string | null | undefined;
};

/** snapshot: state when (re)subscribing. change: one transition. gap: older events are gone, refetch. */
export type StreamEventKind = 'change' | 'gap' | 'snapshot';

export type SyncIntentInput = {
  readonly id: string;
};

export type SpendCreditsMutationVariables = Exact<{
  input: SpendCreditsInput;
}>;

export type SpendCreditsMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly transaction: TransactionFragment | null;
    readonly balance: BalanceFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type HoldCreditsMutationVariables = Exact<{
  input: HoldCreditsInput;
}>;

export type HoldCreditsMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly hold: HoldFragment | null;
    readonly balance: BalanceFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type SettleHoldMutationVariables = Exact<{
  input: SettleHoldInput;
}>;

export type SettleHoldMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly hold: HoldFragment | null;
    readonly transaction: TransactionFragment | null;
    readonly balance: BalanceFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type ReleaseHoldMutationVariables = Exact<{
  input: ReleaseHoldInput;
}>;

export type ReleaseHoldMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly hold: HoldFragment | null;
    readonly balance: BalanceFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type BalanceQueryVariables = Exact<{
  userId: string;
}>;

export type BalanceQuery = {
  readonly balance: {
    readonly nextExpiry: { readonly credits: number; readonly at: string } | null;
  } & BalanceFragment;
};

export type BalanceAtQueryVariables = Exact<{
  userId: string;
  at: string;
}>;

export type BalanceAtQuery = {
  readonly balanceAt: {
    readonly userId: string;
    readonly at: string;
    readonly credits: number;
    readonly available: number;
    readonly held: number;
    readonly frozen: number;
    readonly owed: number;
  };
};

export type CreditTransactionsQueryVariables = Exact<{
  userId: string;
  first: number;
  after?: string | null | undefined;
  filter?: CreditTransactionFilter | null | undefined;
}>;

export type CreditTransactionsQuery = {
  readonly creditTransactions: {
    readonly nodes: ReadonlyArray<TransactionFragment>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

export type HoldsQueryVariables = Exact<{
  userId: string;
  first: number;
  after?: string | null | undefined;
  status: ReadonlyArray<HoldStatus> | HoldStatus;
}>;

export type HoldsQuery = {
  readonly holds: {
    readonly nodes: ReadonlyArray<HoldFragment>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

export type WatchBalanceSubscriptionVariables = Exact<{
  userId: string;
  after?: string | null | undefined;
}>;

export type WatchBalanceSubscription = {
  readonly balanceChanged: {
    readonly kind: StreamEventKind;
    readonly cursor: string;
    readonly delta: number | null;
    readonly transaction: TransactionFragment | null;
    readonly balance: BalanceFragment;
  };
};

export type BalanceFragment = {
  readonly userId: string;
  readonly credits: number;
  readonly available: number;
  readonly held: number;
  readonly frozen: number;
  readonly owed: number;
  readonly version: number;
  readonly updatedAt: string;
};

export type TransactionFragment = {
  readonly id: string;
  readonly userId: string;
  readonly type: CreditTransactionType;
  readonly credits: number;
  readonly balanceAfter: number;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly createdAt: string;
};

export type HoldFragment = {
  readonly id: string;
  readonly userId: string;
  readonly status: HoldStatus;
  readonly credits: number;
  readonly settledCredits: number | null;
  readonly reason: string;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly expiresAt: string;
  readonly createdAt: string;
};

export type IntentFragment = {
  readonly id: string;
  readonly userId: string;
  readonly status: IntentStatus;
  readonly packageName: string;
  readonly creditsAmount: number;
  readonly creditsAdded: number | null;
  readonly provider: Provider;
  readonly mock: boolean;
  readonly receiptNumber: string | null;
  readonly reference: string | null;
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly createdAt: string;
  readonly completedAt: string | null;
  readonly amount: { readonly amountMinor: string; readonly currency: string; readonly formatted: string };
  readonly failure: { readonly message: string; readonly retryable: boolean } | null;
};

type Trouble_GenericError_Fragment = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: ReadonlyArray<string> | null;
};

type Trouble_IdempotencyConflictError_Fragment = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: ReadonlyArray<string> | null;
  readonly existing:
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | { readonly id: string }
    | null;
};

type Trouble_InvalidStateError_Fragment = {
  readonly current: string;
  readonly allowedFrom: ReadonlyArray<string>;
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: ReadonlyArray<string> | null;
};

type Trouble_RetryLaterError_Fragment = {
  readonly retryAfterSeconds: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: ReadonlyArray<string> | null;
};

type Trouble_StaleFiguresError_Fragment = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: ReadonlyArray<string> | null;
};

export type TroubleFragment =
  | Trouble_GenericError_Fragment
  | Trouble_IdempotencyConflictError_Fragment
  | Trouble_InvalidStateError_Fragment
  | Trouble_RetryLaterError_Fragment
  | Trouble_StaleFiguresError_Fragment;

export type CreateIntentMutationVariables = Exact<{
  input: CreateIntentInput;
}>;

export type CreateIntentMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly intent: IntentFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type CancelIntentMutationVariables = Exact<{
  input: CancelIntentInput;
}>;

export type CancelIntentMutation = {
  readonly answer: {
    readonly intent: IntentFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type SyncIntentMutationVariables = Exact<{
  input: SyncIntentInput;
}>;

export type SyncIntentMutation = {
  readonly answer: {
    readonly intent: IntentFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type PackagesQueryVariables = Exact<{
  currency?: string | null | undefined;
}>;

export type PackagesQuery = {
  readonly packages: ReadonlyArray<{
    readonly id: string;
    readonly name: string;
    readonly credits: number;
    readonly price: { readonly amountMinor: string; readonly currency: string; readonly formatted: string };
  }>;
};

export type IntentQueryVariables = Exact<{
  id: string;
}>;

export type IntentQuery = { readonly intent: IntentFragment | null };

export type IntentByQueryVariables = Exact<{
  lookup: IntentLookup;
}>;

export type IntentByQuery = { readonly intentBy: IntentFragment | null };

export type IntentsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: IntentFilter | null | undefined;
}>;

export type IntentsQuery = {
  readonly intents: {
    readonly nodes: ReadonlyArray<IntentFragment>;
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
};

export const SPEND_CREDITS =
  'mutation SpendCredits($input:SpendCreditsInput!){answer:spendCredits(input:$input){transaction{...Transaction}balance{...Balance}replayed errors{...Trouble}}}fragment Transaction on CreditTransaction{id userId type credits balanceAfter reason reference metadata createdAt}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const HOLD_CREDITS =
  'mutation HoldCredits($input:HoldCreditsInput!){answer:holdCredits(input:$input){hold{...Hold}balance{...Balance}replayed errors{...Trouble}}}fragment Hold on CreditHold{id userId status credits settledCredits reason reference metadata expiresAt createdAt}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const SETTLE_HOLD =
  'mutation SettleHold($input:SettleHoldInput!){answer:settleHold(input:$input){hold{...Hold}transaction{...Transaction}balance{...Balance}replayed errors{...Trouble}}}fragment Hold on CreditHold{id userId status credits settledCredits reason reference metadata expiresAt createdAt}fragment Transaction on CreditTransaction{id userId type credits balanceAfter reason reference metadata createdAt}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const RELEASE_HOLD =
  'mutation ReleaseHold($input:ReleaseHoldInput!){answer:releaseHold(input:$input){hold{...Hold}balance{...Balance}replayed errors{...Trouble}}}fragment Hold on CreditHold{id userId status credits settledCredits reason reference metadata expiresAt createdAt}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const BALANCE =
  'query Balance($userId:ID!){balance(userId:$userId){...Balance nextExpiry{credits at}}}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}';

export const BALANCE_AT =
  'query BalanceAt($userId:ID!$at:DateTime!){balanceAt(userId:$userId at:$at){userId at credits available held frozen owed}}';

export const CREDIT_TRANSACTIONS =
  'query CreditTransactions($userId:ID!$first:Int!$after:String$filter:CreditTransactionFilter){creditTransactions(userId:$userId first:$first after:$after filter:$filter){nodes{...Transaction}pageInfo{hasNextPage endCursor}}}fragment Transaction on CreditTransaction{id userId type credits balanceAfter reason reference metadata createdAt}';

export const HOLDS =
  'query Holds($userId:ID!$first:Int!$after:String$status:[HoldStatus!]!){holds(userId:$userId first:$first after:$after status:$status){nodes{...Hold}pageInfo{hasNextPage endCursor}}}fragment Hold on CreditHold{id userId status credits settledCredits reason reference metadata expiresAt createdAt}';

export const WATCH_BALANCE =
  'subscription WatchBalance($userId:ID!$after:String){balanceChanged(userId:$userId after:$after){kind cursor delta transaction{...Transaction}balance{...Balance}}}fragment Transaction on CreditTransaction{id userId type credits balanceAfter reason reference metadata createdAt}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}';

export const CREATE_INTENT =
  'mutation CreateIntent($input:CreateIntentInput!){answer:createIntent(input:$input){intent{...Intent}replayed errors{...Trouble}}}fragment Intent on PaymentIntent{id userId status packageName creditsAmount creditsAdded amount{amountMinor currency formatted}provider mock failure{message retryable}receiptNumber reference metadata createdAt completedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const CANCEL_INTENT =
  'mutation CancelIntent($input:CancelIntentInput!){answer:cancelIntent(input:$input){intent{...Intent}errors{...Trouble}}}fragment Intent on PaymentIntent{id userId status packageName creditsAmount creditsAdded amount{amountMinor currency formatted}provider mock failure{message retryable}receiptNumber reference metadata createdAt completedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const SYNC_INTENT =
  'mutation SyncIntent($input:SyncIntentInput!){answer:syncIntent(input:$input){intent{...Intent}errors{...Trouble}}}fragment Intent on PaymentIntent{id userId status packageName creditsAmount creditsAdded amount{amountMinor currency formatted}provider mock failure{message retryable}receiptNumber reference metadata createdAt completedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const PACKAGES =
  'query Packages($currency:CurrencyCode){packages(currency:$currency){id name credits price{amountMinor currency formatted}}}';

export const INTENT =
  'query Intent($id:ID!){intent(id:$id){...Intent}}fragment Intent on PaymentIntent{id userId status packageName creditsAmount creditsAdded amount{amountMinor currency formatted}provider mock failure{message retryable}receiptNumber reference metadata createdAt completedAt}';

export const INTENT_BY =
  'query IntentBy($lookup:IntentLookup!){intentBy(lookup:$lookup){...Intent}}fragment Intent on PaymentIntent{id userId status packageName creditsAmount creditsAdded amount{amountMinor currency formatted}provider mock failure{message retryable}receiptNumber reference metadata createdAt completedAt}';

export const INTENTS =
  'query Intents($first:Int!$after:String$filter:IntentFilter){intents(first:$first after:$after filter:$filter){nodes{...Intent}pageInfo{hasNextPage endCursor}}}fragment Intent on PaymentIntent{id userId status packageName creditsAmount creditsAdded amount{amountMinor currency formatted}provider mock failure{message retryable}receiptNumber reference metadata createdAt completedAt}';
