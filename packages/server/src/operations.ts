// Made by scripts/server-types.mjs from packages/server/graphql and the schema.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> =
  | T
  | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** From and to, both inclusive; what is left out is open. */
export type BigIntRange = {
  /** This or more. */
  readonly gte?: string | null | undefined;
  /** This or less. */
  readonly lte?: string | null | undefined;
};

/** Which purchase ends unpaid. */
export type CancelIntentInput = {
  /** Of the intent, int_…. */
  readonly id: string;
  /** Why, for the timeline. */
  readonly reason?: string | null | undefined;
};

/** What to buy, and how. */
export type CreateIntentInput = {
  /** What the captcha gave the page, where RISK_CHALLENGE asked for it. No part of what a key is compared by. */
  readonly captchaResponse?: string | null | undefined;
  /** One of the package's price currencies; left out: the package's own. */
  readonly currency?: string | null | undefined;
  /** Of the payer's device, as your page worked it out; kept beside the intent. */
  readonly fingerprintId?: string | null | undefined;
  /** Made by the client, 1 to 255 characters, kept for ever. Left out: the gateway makes one, and a double click (same user, package, provider, currency and amount while a keyless intent is open, at most 24 hours) finds that intent instead of a second one. */
  readonly idempotencyKey?: string | null | undefined;
  /** For your own books. The user can read it. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  /** small, medium, large, xlarge, or another of `packages`. */
  readonly packageId: string;
  /** Service only: who pays. */
  readonly payer?: PayerInput | null | undefined;
  /** A code that the payer typed, for promotional credits beside the purchase; needs an idempotencyKey. Wrong codes are counted. */
  readonly promoCode?: string | null | undefined;
  /** Left out: the default provider for the currency. */
  readonly provider?: Provider | null | undefined;
  /** Your own number of this purchase, 1 to 255 characters; it need not be unique. The user can read it. */
  readonly reference?: string | null | undefined;
  /** Where a provider that redirects sends the payer back; live: of ALLOWED_ORIGINS alone. */
  readonly returnUrl?: string | null | undefined;
  /** Service only: for whom. */
  readonly userId?: string | null | undefined;
  /** Of a shared wallet, wal_…, in the place of `userId`. Who does not belong to it is told NOT_FOUND, as of one that is not there. Of its members owners and managers buy. */
  readonly walletId?: string | null | undefined;
};

/** Which movements; all given conditions must hold, a list means any of. */
export type CreditTransactionFilter = {
  /** Only what was spent with this API key. For services and operators: others find nothing. */
  readonly apiKeyId?: string | null | undefined;
  /** Span of time in which they were booked. */
  readonly createdAt?: DateTimeRange | null | undefined;
  /** Only what this member spent. */
  readonly memberId?: string | null | undefined;
  /** With this key and value. */
  readonly metadata?: MetadataFilter | null | undefined;
  /** Exactly this number of the caller's own. */
  readonly reference?: string | null | undefined;
  /** Any of these kinds. */
  readonly type?: ReadonlyArray<CreditTransactionType> | null | undefined;
};

/** Why credits moved. */
export type CreditTransactionType =
  /** Given or taken by hand; also a debt that a purchase paid. */
  | 'adjustment'
  /** Taken back because a bank decided for the payer. */
  | 'chargeback'
  /** Lost because their time was over. */
  | 'expiry'
  /** Given by a campaign. */
  | 'promo'
  /** Taken back of what a campaign gave. */
  | 'promo_revoked'
  /** Bought. */
  | 'purchase'
  /** Taken back because money went back to the payer. */
  | 'refund'
  /** Returned because a refund failed or a dispute was won after all. */
  | 'reversal'
  /** Used up, at once or from a hold. */
  | 'spend'
  /** A spend that was given back, or a part of it. */
  | 'spend_reversal'
  /** Moved to another wallet, or from one. */
  | 'transfer';

/** From, inclusive, to, exclusive; what is left out is open. */
export type DateTimeRange = {
  /** At this instant or later. */
  readonly gte?: string | null | undefined;
  /** Before this instant. */
  readonly lt?: string | null | undefined;
};

/** Why nothing was done; docs/errors.md says for each whether the same request helps later. */
export type ErrorCode =
  /** Somebody was first. */
  | 'ALREADY_DECIDED'
  /** Too much for one person: the approval that the message names waits for a second. */
  | 'APPROVAL_REQUIRED'
  /** IdempotencyConflictError: the key was used with another input. */
  | 'IDEMPOTENCY_CONFLICT'
  /** Fewer credits are available than were asked for. Take a new key once there are more. */
  | 'INSUFFICIENT_CREDITS'
  /** A value breaks a rule that the message names. No key is burnt by it. */
  | 'INVALID_INPUT'
  /** InvalidStateError: `current` is the state, `allowedFrom` where it could be done. */
  | 'INVALID_STATE'
  /** RetryLaterError: the same is being worked on right now. */
  | 'IN_PROGRESS'
  /** Payments are simulated and the clock is moved in mock mode alone. */
  | 'MOCK_ONLY'
  /** It does not exist, or not for you: the two look alike. */
  | 'NOT_FOUND'
  /** RetryLaterError: new payments are switched off; open ones go on. */
  | 'PAYMENTS_DISABLED'
  /** Refunds only; a declined payment is state on the intent. */
  | 'PROVIDER_DECLINED'
  /** RetryLaterError: the provider could not be asked. Nothing was lost. */
  | 'PROVIDER_UNAVAILABLE'
  /** RetryLaterError: more in a minute than one caller may. */
  | 'RATE_LIMITED'
  /** More than is left of the payment. */
  | 'REFUND_EXCEEDS_AMOUNT'
  /** RiskBlockedError: this payer cannot buy now. Nothing was made, and no key is burnt. */
  | 'RISK_BLOCKED'
  /** RiskChallengeError: the same again, with what the captcha gave. Nothing was made, and no key is burnt. */
  | 'RISK_CHALLENGE'
  /** What the browser handed over was not signed for this order. */
  | 'SIGNATURE_INVALID'
  /** SpendLimitError: a limit leaves less than was asked for. Take a new key once it does. */
  | 'SPEND_LIMIT_REACHED'
  /** StaleFiguresError: what was confirmed is not so any more. */
  | 'STALE_FIGURES';

/** What a campaign gives, to whom. */
export type GrantCreditsInput = {
  /** The key of the campaign. */
  readonly campaign: string;
  /** 1 to 256. Each is given or refused by itself. */
  readonly grants: ReadonlyArray<GrantInput>;
};

/** Credits for one user, or for a shared wallet. */
export type GrantInput = {
  /** How many, at least 1. What the user owes is paid from them first. */
  readonly credits: number;
  /** Left out: as the campaign says. */
  readonly expiresAt?: string | null | undefined;
  /** What it is for, 1 to 255 characters: it is given once in its campaign, whoever the user is. A hash of an address outlives an account, a user id does not. */
  readonly key: string;
  /** What the user is told, 1 to 500 characters. */
  readonly reason: string;
  /** Who gets them: this or walletId. */
  readonly userId?: string | null | undefined;
  /** Of a shared wallet, wal_…, in the place of `userId`. Who does not belong to it is told NOT_FOUND, as of one that is not there. */
  readonly walletId?: string | null | undefined;
};

/** What became of one grant. */
export type GrantOutcome =
  /** The user has them. */
  | 'granted'
  /** Nothing was given: see `error`. */
  | 'refused'
  /** An earlier call gave them under this key. */
  | 'replayed';

/** How many credits to set aside, for how long, and why. */
export type HoldCreditsInput = {
  /** Whole credits, at least 1. Either this or usage. */
  readonly credits?: number | null | undefined;
  /** Made by the client, 1 to 255 characters: the same key and input hold once. */
  readonly idempotencyKey: string;
  /** So many per cent more than the usage costs are set aside, 0 to 1000; left out: 0. */
  readonly marginPercent?: number | null | undefined;
  /** Service only: by which member of the user or the shared wallet, 1 to 255 characters. Limits of that member bind it. A member holds by their own name. */
  readonly memberId?: string | null | undefined;
  /** For your own books. The user can read it. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  /** Why, 1 to 500 characters. The user reads it. */
  readonly reason: string;
  /** Your own number of it, 1 to 255 characters; it need not be unique. The user can read it. */
  readonly reference?: string | null | undefined;
  /** After so many seconds it ends by itself: 1 to 86400. */
  readonly ttlSeconds?: number;
  /** What it may use at most, 1 to 20 parts, instead of credits: set aside is what it costs by the rates of now. */
  readonly usage?: ReadonlyArray<UsageInput> | null | undefined;
  /** Service only: whose. Left out: the caller's own. */
  readonly userId?: string | null | undefined;
  /** Of a shared wallet, wal_…, in the place of `userId`. Who does not belong to it is told NOT_FOUND, as of one that is not there. */
  readonly walletId?: string | null | undefined;
};

/** What became of credits that were set aside. */
export type HoldStatus =
  /** Returned because their time was over. */
  | 'expired'
  /** Still set aside. */
  | 'open'
  /** Returned by releaseHold. */
  | 'released'
  /** Spent, in whole or in part. */
  | 'settled';

/** From and to, both inclusive; what is left out is open. */
export type IntRange = {
  /** This or more. */
  readonly gte?: number | null | undefined;
  /** This or less. */
  readonly lte?: number | null | undefined;
};

/** All given conditions must hold; a list means any of. */
export type IntentFilter = {
  /**
   * Price in minor units.
   * @deprecated Use `amountMinor`: the same number, as a BigInt. Not every minor unit is a cent, and an Int ends at 2147483647.
   */
  readonly amountCents?: IntRange | null | undefined;
  /** Price in minor units, whatever the currency. */
  readonly amountMinor?: BigIntRange | null | undefined;
  /** Span of time in which they were made. */
  readonly createdAt?: DateTimeRange | null | undefined;
  /** Of the price. */
  readonly currency?: string | null | undefined;
  /** True: money came after it had failed, expired or been canceled. False: none did. */
  readonly late?: boolean | null | undefined;
  /** With this key and value. */
  readonly metadata?: MetadataFilter | null | undefined;
  /** What was bought: any of these. */
  readonly packageId?: ReadonlyArray<string> | null | undefined;
  /** Who takes the money: any of these. */
  readonly provider?: ReadonlyArray<Provider> | null | undefined;
  /** Exactly this number of the caller's own. */
  readonly reference?: string | null | undefined;
  /** True: something went back. False: nothing did. */
  readonly refunded?: boolean | null | undefined;
  /** Support: any of these. */
  readonly riskDecision?: ReadonlyArray<RiskDecisionKind> | null | undefined;
  /** Support: of the score, 0 to 100; what was not judged is in no range. */
  readonly riskScore?: IntRange | null | undefined;
  /** The beginning of an id, from four characters on: of the intent (in whatever case; its end, too), the user, the provider's object, payment or event, a refund, a dispute, the reference or the idempotency key; any part of one among the newest 20,000; the last four digits of a card; for support also the user's whole name or e-mail address. */
  readonly search?: string | null | undefined;
  /** Any of these. */
  readonly status?: ReadonlyArray<IntentStatus> | null | undefined;
  /** True: money is here that bought nothing and is not on its way back. False: none is. */
  readonly unapplied?: boolean | null | undefined;
  /** Service and support: whose. */
  readonly userId?: string | null | undefined;
  /** Of a shared wallet, wal_…, in the place of `userId`. Who does not belong to it is told NOT_FOUND, as of one that is not there. */
  readonly walletId?: string | null | undefined;
};

/** Exactly one of the keys. */
export type IntentLookup =
  | {
      /** Of the grant, ctx_…. */ readonly creditsTransactionId: string;
      readonly idempotencyKey?: never;
      readonly providerIntentId?: never;
    }
  | {
      readonly creditsTransactionId?: never /** The key that createIntent was given, of the caller's own purchases. */;
      readonly idempotencyKey: string;
      readonly providerIntentId?: never;
    }
  | {
      readonly creditsTransactionId?: never;
      readonly idempotencyKey?: never /** The provider's own id of its intent or order. */;
      readonly providerIntentId: string;
    };

/** pending: the payer may act. processing: the provider is at it. failed: closed to the payer, yet money that still comes is granted. Only succeeded and canceled are final. */
export type IntentStatus =
  /** Ended unpaid; money that still comes goes back. */
  | 'canceled'
  /** Closed to the payer; money that still comes is granted. */
  | 'failed'
  /** Waits for the payer. */
  | 'pending'
  /** The payer has done everything; the provider is at it. */
  | 'processing'
  /** Paid, and the credits are there. */
  | 'succeeded';

/** Whatever was written with this key and this value. */
export type MetadataFilter = {
  /** As it was written, e.g. order. */
  readonly key: string;
  /** Exactly this text. */
  readonly value: string;
};

/** Whose credits go to whom, how many, and why. */
export type MoveCreditsInput = {
  /** At least 1, and no more than balance.movable. */
  readonly credits: number;
  /** Made by the client, 1 to 255 characters: the same key and input move once. */
  readonly idempotencyKey: string;
  /** What both sides are told. */
  readonly publicReason?: string | null | undefined;
  /** For operators, 1 to 500 characters; no user reads it. */
  readonly reason: string;
  /** balance.movable as it was shown: when it is another by now nothing is moved. */
  readonly seenMovable?: number | null | undefined;
  /** To whom they go: this or toWalletId. */
  readonly toUserId?: string | null | undefined;
  /** The shared wallet to which they go, wal_…. */
  readonly toWalletId?: string | null | undefined;
  /** Whose they are: this or walletId. */
  readonly userId?: string | null | undefined;
  /** Of a shared wallet, wal_…, in the place of `userId`. Who does not belong to it is told NOT_FOUND, as of one that is not there. */
  readonly walletId?: string | null | undefined;
};

/** Who pays, as far as the back end knows: what risk judges by. Of the address its network is kept, of the e-mail its domain. */
export type PayerInput = {
  /** Since when the payer has an account. */
  readonly accountCreatedAt?: string | null | undefined;
  /** Where that is: ISO 3166-1, two letters. */
  readonly country?: string | null | undefined;
  /** The address that the payer signed up with. */
  readonly email?: string | null | undefined;
  /** Of the payer, IPv4 or IPv6, not of the back end. */
  readonly ipAddress?: string | null | undefined;
};

/** Who takes the money. Disabled when its keys are absent, unless the whole process is in mock mode. */
export type Provider =
  /** Razorpay takes the money. */
  | 'razorpay'
  /** Stripe takes the money. */
  | 'stripe';

/** Which hold returns whole. */
export type ReleaseHoldInput = {
  /** Of the hold, hld_…. */
  readonly id: string;
};

/** Which spend is given back, how much of it, and why. */
export type ReverseSpendInput = {
  /** At least 1; left out: all that is left of it. */
  readonly credits?: number | null | undefined;
  /** Made by the client, 1 to 255 characters: the same key and input give back once. */
  readonly idempotencyKey: string;
  /** For operators, 1 to 500 characters; the user does not read it. */
  readonly reason: string;
  /** Of the spend, or of the settlement of a hold: ctx_…. Of usage, what it says itself. */
  readonly transactionId: string;
};

/** Which grant, and why. */
export type RevokeGrantInput = {
  /** Of the grant: grt_…. */
  readonly id: string;
  /** For operators, 1 to 500 characters. */
  readonly reason: string;
};

/** What the rules say of a purchase, from the mildest to the strictest. */
export type RiskDecisionKind =
  /** Nothing speaks against it. */
  | 'allow'
  /** It is not taken. */
  | 'block'
  /** The payer proves who it is: to the bank, or by a captcha. */
  | 'challenge'
  /** The money is taken and the credits wait, frozen, for a person. */
  | 'review';

/** How much may go out of a balance, by whom, and in which span of time. */
export type SetSpendLimitInput = {
  /** Only what is spent with this API key: key_…. */
  readonly apiKeyId?: string | null | undefined;
  /** 0 or more, in the place of the number before; left out or null: no such limit any more. */
  readonly credits?: number | null | undefined;
  /** Only what this member spends, 1 to 255 characters. Not beside `apiKeyId`. */
  readonly memberId?: string | null | undefined;
  /** What it counts together. One limit of each kind. */
  readonly per: SpendLimitSpan;
  /** Whose midnight it goes by, e.g. Asia/Kolkata; left out: UTC. */
  readonly timeZone?: string | null | undefined;
  /** Whose credits: this or walletId. */
  readonly userId?: string | null | undefined;
  /** Of a shared wallet, wal_…, in the place of `userId`. Who does not belong to it is told NOT_FOUND, as of one that is not there. */
  readonly walletId?: string | null | undefined;
};

/** How many of the held credits were used. */
export type SettleHoldInput = {
  /** Whole credits to spend of it; what is left returns. Either this or usage. */
  readonly credits?: number | null | undefined;
  /** Of the hold, hld_…. */
  readonly id: string;
  /** Made by the client, 1 to 255 characters: the same key and input settle once. */
  readonly idempotencyKey: string;
  /** What was used, instead of credits: priced by the rates of when the hold was made. Where it costs more than there is, all of it is taken. */
  readonly usage?: ReadonlyArray<UsageInput> | null | undefined;
};

/** How many credits, for what, and whose. */
export type SpendCreditsInput = {
  /** Whole credits, at least 1. All or nothing. Either this or usage. */
  readonly credits?: number | null | undefined;
  /** Made by the client, 1 to 255 characters: the same key and input spend once. */
  readonly idempotencyKey: string;
  /** Service only: by which member of the user or the shared wallet, 1 to 255 characters. Limits of that member bind it. A member spends by their own name. */
  readonly memberId?: string | null | undefined;
  /** For your own books. The user can read it. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  /** When it was used, in the last 24 hours: usage has the price that it had then. Left out: now. */
  readonly occurredAt?: string | null | undefined;
  /** What for, 1 to 500 characters. The user reads it. */
  readonly reason: string;
  /** Your own number of it, 1 to 255 characters; it need not be unique. The user can read it. */
  readonly reference?: string | null | undefined;
  /** What was used, 1 to 20 parts, instead of credits: the rates in force say what it costs. */
  readonly usage?: ReadonlyArray<UsageInput> | null | undefined;
  /** Service only: whose. Left out: the caller's own. */
  readonly userId?: string | null | undefined;
  /** Of a shared wallet, wal_…, in the place of `userId`. Who does not belong to it is told NOT_FOUND, as of one that is not there. */
  readonly walletId?: string | null | undefined;
};

/** One spend of many. */
export type SpendItemInput = {
  /** Whole credits, at least 1. All or nothing. Either this or usage. */
  readonly credits?: number | null | undefined;
  /** Made by the client, 1 to 255 characters: the same key and input of a user spend once, whether by spendMany or by spendCredits. */
  readonly key: string;
  /** By which member of the user or the shared wallet, 1 to 255 characters. Limits of that member bind it. */
  readonly memberId?: string | null | undefined;
  /** For your own books. The user can read it. */
  readonly metadata?: Readonly<Record<string, string>> | null | undefined;
  /** When it was used, in the last 24 hours; left out: now. */
  readonly occurredAt?: string | null | undefined;
  /** What for, 1 to 500 characters. The user reads it. */
  readonly reason: string;
  /** Your own number of it, 1 to 255 characters; it need not be unique. The user can read it. */
  readonly reference?: string | null | undefined;
  /** What was used, 1 to 20 parts, instead of credits. */
  readonly usage?: ReadonlyArray<UsageInput> | null | undefined;
  /** Whose credits: this or walletId. */
  readonly userId?: string | null | undefined;
  /** Of a shared wallet, wal_…, in the place of `userId`. Who does not belong to it is told NOT_FOUND, as of one that is not there. */
  readonly walletId?: string | null | undefined;
};

/** What a limit counts together. */
export type SpendLimitSpan =
  /** From midnight to midnight in its time zone. */
  | 'day'
  /** From the first of the month on. */
  | 'month'
  /** All since it was set. */
  | 'total'
  /** From Monday on. */
  | 'week';

/** What is spent, and whose. */
export type SpendManyInput = {
  /** 1 to 1,000. Each is spent or refused by itself, those of one user in their order. */
  readonly items: ReadonlyArray<SpendItemInput>;
};

/** What became of one spend of many. */
export type SpendOutcome =
  /** Nothing was taken: see `error`. */
  | 'refused'
  /** An earlier call took them under this key. */
  | 'replayed'
  /** The credits are taken. */
  | 'spent';

/** snapshot: state when (re)subscribing. change: one transition. gap: older events are gone, refetch. */
export type StreamEventKind =
  /** One transition, in order. */
  | 'change'
  /** Older events are gone: fetch again what you keep. */
  | 'gap'
  /** How things stand where the stream begins. */
  | 'snapshot';

/** Which purchase to ask the provider about. */
export type SyncIntentInput = {
  /** Of the intent, int_…. */
  readonly id: string;
};

/** What is said of a user. What is left out stays as it is; what is null is kept no more. */
export type UpsertUserInput = {
  /** Since when your product has the account. */
  readonly createdAt?: string | null | undefined;
  /** One address, at most 320 characters. */
  readonly email?: string | null | undefined;
  /** As in `userId` of purchases and balances, 1 to 255 characters. */
  readonly id: string;
  /** For people, 1 to 255 characters. */
  readonly name?: string | null | undefined;
};

/** So many units of an operation. */
export type UsageInput = {
  /** Code of the operation. */
  readonly operation: string;
  /** In units of the operation, 0 or more. */
  readonly quantity: string;
};

export type SpendCreditsMutationVariables = Exact<{
  input: SpendCreditsInput;
}>;

export type SpendCreditsMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly reversed: boolean | null;
    readonly transaction: TransactionFragment | null;
    readonly balance: BalanceFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
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
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
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
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
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
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
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

export type SpendManyMutationVariables = Exact<{
  input: SpendManyInput;
}>;

export type SpendManyMutation = {
  readonly answer: {
    readonly results: ReadonlyArray<{
      readonly key: string;
      readonly outcome: SpendOutcome;
      readonly reversed: boolean | null;
      readonly transaction: TransactionFragment | null;
      readonly error:
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | null;
    }>;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type ReverseSpendMutationVariables = Exact<{
  input: ReverseSpendInput;
}>;

export type ReverseSpendMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly transaction: TransactionFragment | null;
    readonly balance: BalanceFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type MoveCreditsMutationVariables = Exact<{
  input: MoveCreditsInput;
}>;

export type MoveCreditsMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly transaction: TransactionFragment | null;
    readonly balance: BalanceFragment | null;
    readonly toBalance: BalanceFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type GrantCreditsMutationVariables = Exact<{
  input: GrantCreditsInput;
}>;

export type GrantCreditsMutation = {
  readonly answer: {
    readonly results: ReadonlyArray<{
      readonly key: string;
      readonly outcome: GrantOutcome;
      readonly grant: GrantFragment | null;
      readonly error:
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | { readonly code: ErrorCode; readonly message: string; readonly path: ReadonlyArray<string> | null }
        | null;
    }>;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type RevokeGrantMutationVariables = Exact<{
  input: RevokeGrantInput;
}>;

export type RevokeGrantMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly grant: GrantFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type SpendUsageMutationVariables = Exact<{
  input: SpendCreditsInput;
}>;

export type SpendUsageMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly reversed: boolean | null;
    readonly transaction: TransactionFragment | null;
    readonly usage: UsageChargeFragment | null;
    readonly balance: BalanceFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type SettleUsageMutationVariables = Exact<{
  input: SettleHoldInput;
}>;

export type SettleUsageMutation = {
  readonly answer: {
    readonly replayed: boolean;
    readonly hold: HoldFragment | null;
    readonly transaction: TransactionFragment | null;
    readonly usage: UsageChargeFragment | null;
    readonly balance: BalanceFragment | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type EstimateSpendQueryVariables = Exact<{
  usage: ReadonlyArray<UsageInput> | UsageInput;
}>;

export type EstimateSpendQuery = {
  readonly estimateSpend: { readonly credits: number; readonly micro: string };
};

export type SetSpendLimitMutationVariables = Exact<{
  input: SetSpendLimitInput;
}>;

export type SetSpendLimitMutation = {
  readonly answer: {
    readonly balance:
      | ({
          readonly spendable: number;
          readonly spendLimits: ReadonlyArray<{
            readonly memberId: string | null;
            readonly apiKeyId: string | null;
            readonly per: SpendLimitSpan;
            readonly credits: number;
            readonly spent: number;
            readonly held: number;
            readonly remaining: number;
            readonly timeZone: string;
            readonly resetsAt: string | null;
          }>;
        } & BalanceFragment)
      | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
  };
};

export type UpsertUserMutationVariables = Exact<{
  input: UpsertUserInput;
}>;

export type UpsertUserMutation = {
  readonly answer: {
    readonly user: {
      readonly userId: string;
      readonly email: string | null;
      readonly name: string | null;
      readonly createdAt: string | null;
      readonly updatedAt: string;
    } | null;
    readonly errors: ReadonlyArray<
      | Trouble_GenericError_Fragment
      | Trouble_IdempotencyConflictError_Fragment
      | Trouble_InvalidStateError_Fragment
      | Trouble_RetryLaterError_Fragment
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
      | Trouble_StaleFiguresError_Fragment
    >;
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

type Trouble_RiskBlockedError_Fragment = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: ReadonlyArray<string> | null;
};

type Trouble_RiskChallengeError_Fragment = {
  readonly code: ErrorCode;
  readonly message: string;
  readonly path: ReadonlyArray<string> | null;
};

type Trouble_SpendLimitError_Fragment = {
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
  | Trouble_RiskBlockedError_Fragment
  | Trouble_RiskChallengeError_Fragment
  | Trouble_SpendLimitError_Fragment
  | Trouble_StaleFiguresError_Fragment;

export type GrantFragment = {
  readonly id: string;
  readonly campaign: string | null;
  readonly userId: string;
  readonly credits: number;
  readonly reason: string;
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly revokedAt: string | null;
  readonly revokedCredits: number;
};

export type UsageChargeFragment = {
  readonly transactionId: string;
  readonly micro: string;
  readonly credits: number;
  readonly unpaidMicro: string;
  readonly parts: ReadonlyArray<{
    readonly operation: string;
    readonly rateVersion: number;
    readonly quantity: string;
    readonly micro: string;
  }>;
};

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
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
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
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
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
      | Trouble_RiskBlockedError_Fragment
      | Trouble_RiskChallengeError_Fragment
      | Trouble_SpendLimitError_Fragment
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
  'mutation SpendCredits($input:SpendCreditsInput!){answer:spendCredits(input:$input){transaction{...Transaction}balance{...Balance}replayed reversed errors{...Trouble}}}fragment Transaction on CreditTransaction{id userId type credits balanceAfter reason reference metadata createdAt}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

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

export const SPEND_MANY =
  'mutation SpendMany($input:SpendManyInput!){answer:spendMany(input:$input){results{key outcome reversed transaction{...Transaction}error{code message path}}errors{...Trouble}}}fragment Transaction on CreditTransaction{id userId type credits balanceAfter reason reference metadata createdAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const REVERSE_SPEND =
  'mutation ReverseSpend($input:ReverseSpendInput!){answer:reverseSpend(input:$input){transaction{...Transaction}balance{...Balance}replayed errors{...Trouble}}}fragment Transaction on CreditTransaction{id userId type credits balanceAfter reason reference metadata createdAt}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const MOVE_CREDITS =
  'mutation MoveCredits($input:MoveCreditsInput!){answer:moveCredits(input:$input){transaction{...Transaction}balance{...Balance}toBalance{...Balance}replayed errors{...Trouble}}}fragment Transaction on CreditTransaction{id userId type credits balanceAfter reason reference metadata createdAt}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const GRANT_CREDITS =
  'mutation GrantCredits($input:GrantCreditsInput!){answer:grantCredits(input:$input){results{key outcome grant{...Grant}error{code message path}}errors{...Trouble}}}fragment Grant on CreditGrant{id campaign userId credits reason expiresAt createdAt revokedAt revokedCredits}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const REVOKE_GRANT =
  'mutation RevokeGrant($input:RevokeGrantInput!){answer:revokeGrant(input:$input){grant{...Grant}replayed errors{...Trouble}}}fragment Grant on CreditGrant{id campaign userId credits reason expiresAt createdAt revokedAt revokedCredits}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const SPEND_USAGE =
  'mutation SpendUsage($input:SpendCreditsInput!){answer:spendCredits(input:$input){transaction{...Transaction}usage{...UsageCharge}balance{...Balance}replayed reversed errors{...Trouble}}}fragment Transaction on CreditTransaction{id userId type credits balanceAfter reason reference metadata createdAt}fragment UsageCharge on UsageCharge{transactionId micro credits unpaidMicro parts{operation rateVersion quantity micro}}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const SETTLE_USAGE =
  'mutation SettleUsage($input:SettleHoldInput!){answer:settleHold(input:$input){hold{...Hold}transaction{...Transaction}usage{...UsageCharge}balance{...Balance}replayed errors{...Trouble}}}fragment Hold on CreditHold{id userId status credits settledCredits reason reference metadata expiresAt createdAt}fragment Transaction on CreditTransaction{id userId type credits balanceAfter reason reference metadata createdAt}fragment UsageCharge on UsageCharge{transactionId micro credits unpaidMicro parts{operation rateVersion quantity micro}}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const ESTIMATE_SPEND =
  'query EstimateSpend($usage:[UsageInput!]!){estimateSpend(usage:$usage){credits micro}}';

export const SET_SPEND_LIMIT =
  'mutation SetSpendLimit($input:SetSpendLimitInput!){answer:setSpendLimit(input:$input){balance{...Balance spendable spendLimits{memberId apiKeyId per credits spent held remaining timeZone resetsAt}}errors{...Trouble}}}fragment Balance on Balance{userId credits available held frozen owed version updatedAt}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

export const UPSERT_USER =
  'mutation UpsertUser($input:UpsertUserInput!){answer:upsertUser(input:$input){user{userId email name createdAt updatedAt}errors{...Trouble}}}fragment Trouble on UserError{code message path ...on RetryLaterError{retryAfterSeconds}...on InvalidStateError{current allowedFrom}...on IdempotencyConflictError{existing{id}}}';

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
