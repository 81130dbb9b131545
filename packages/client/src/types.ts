// What the gateway answers, and what a checkout knows. Names are those of the gateway's schema.
import type { GatewayError } from './failure.ts';
import type { ProviderAction, ProviderName, Sheets } from './sheets.ts';

export type { ProviderAction, ProviderName } from './sheets.ts';

export interface Money {
  /** In the currency's smallest unit, a whole number of any size. */
  readonly amountMinor: string;
  readonly currency: string;
  readonly formatted: string;
}

export interface CreditPackage {
  readonly id: string;
  readonly name: string;
  readonly credits: number;
  readonly price: Money;
  /** Promotional credits that it brings beside them; null: none. */
  readonly bonusCredits: number | null;
  /** Against the dearest unit price, whole percent. */
  readonly savingsPercent: number;
}

/** Mock mode: what the simulated bank can do. */
export interface MockConfirm {
  readonly __typename: 'MockConfirm';
  readonly outcomes: readonly string[];
}

export type NextAction = MockConfirm | ProviderAction;

export type PromoOutcome = 'redeemed' | 'used' | 'not_first' | 'exhausted' | 'ended' | 'too_many';

export type IntentStatus = 'pending' | 'processing' | 'succeeded' | 'failed' | 'canceled';

/** Why the last attempt did not go through. */
export interface Failure {
  /** For programs, as `card_declined`; the gateway's docs/errors.md has them. */
  readonly code: string;
  /** For the payer, in English. */
  readonly message: string;
  /** True: another try on the same intent may work. */
  readonly retryable: boolean;
}

export interface Intent {
  readonly id: string;
  readonly status: IntentStatus;
  readonly packageName: string;
  readonly creditsAmount: number;
  /** Promotional credits that the package brings beside them; null: none. */
  readonly bonusCredits: number | null;
  /** What the code that was typed for it brings; null: none was. `outcome` says what came of it, null until the purchase is paid. */
  readonly promo: {
    readonly code: string;
    readonly credits: number;
    readonly outcome: PromoOutcome | null;
  } | null;
  /** Null until succeeded. */
  readonly creditsAdded: number | null;
  readonly amount: Money;
  readonly attemptCount: number;
  readonly reference: string | null;
  /** The payer's receipt: a path at the gateway's address, null until succeeded. Whoever has it may read it. */
  readonly receiptPath: string | null;
  readonly failure: Failure | null;
  /** What the payer does next; null while the provider has not answered yet, and when nothing is left to do. */
  readonly nextAction: NextAction | null;
}

export interface Balance {
  readonly userId: string;
  /** available + held + frozen. */
  readonly credits: number;
  /** What a spend or a hold may take now. */
  readonly available: number;
  readonly held: number;
  readonly frozen: number;
  readonly owed: number;
  readonly version: number;
  /** RFC 3339, as every time. */
  readonly updatedAt: string;
}

export interface Transaction {
  readonly id: string;
  readonly userId: string;
  readonly type: string;
  /** Signed: + adds, - takes. */
  readonly credits: number;
  readonly balanceAfter: number;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly createdAt: string;
}

/** A page of a list; `endCursor` goes in as `after` for the next one. */
export interface Page<Item> {
  readonly nodes: readonly Item[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

export interface IntentEvent {
  readonly cursor: string;
  /** Grows by one with each change. */
  readonly sequence: number;
  /** As it was then; `intent` is as it is now. */
  readonly status: IntentStatus;
  readonly intent: Intent;
}

export interface BalanceEvent {
  readonly cursor: string;
  /** Null in the first event, which says how things are. */
  readonly delta: number | null;
  readonly balance: Balance;
}

/** Who follows live events. */
export interface Watcher<Event> {
  next(event: Event): void;
  /** The connection came or went. It comes back by itself, and the events go on from where they were. */
  live?(isLive: boolean): void;
  /** It was refused for good; there is no further event. */
  failed?(error: GatewayError): void;
  /** There is nothing more to tell, as after the end of a purchase. */
  ended?(): void;
}

export interface CreateIntentInput {
  readonly packageId: string;
  /** A shared wallet that it is bought for; left out: the user's own credits. */
  readonly walletId?: string | undefined;
  /** A code that the payer typed. */
  readonly promoCode?: string | undefined;
  /** Left out: the gateway's default for the currency. */
  readonly provider?: ProviderName | (string & {});
  readonly currency?: string;
  /** Where a provider sends the payer back to after a redirect. */
  readonly returnUrl?: string;
  readonly reference?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** The same key is the same purchase. Left out, one is made for this call. */
  readonly idempotencyKey?: string;
  /** What a captcha gave, where RISK_CHALLENGE asked for it: the same purchase again, under the same key. */
  readonly captchaResponse?: string;
}

export type IntentLookup =
  | { readonly idempotencyKey: string }
  | { readonly providerIntentId: string }
  | { readonly creditsTransactionId: string };

/** What a checkout asks. Everything asynchronous throws GatewayError; `code` says what happened. */
export interface Purchasing {
  /** The payment sheets that checkouts of this gateway open. */
  readonly sheets: Sheets;
  /** Where the gateway is; left out: the page's own origin. */
  readonly url?: string | undefined;
  /** What is on sale; with a currency, its prices in it. */
  packages(currency?: string): Promise<readonly CreditPackage[]>;
  /** Starts a purchase, or finds the one that its key started. */
  createIntent(input: CreateIntentInput): Promise<{ readonly intent: Intent; readonly replayed: boolean }>;
  /** Null when there is none. */
  intent(id: string): Promise<Intent | null>;
  intentBy(lookup: IntentLookup): Promise<Intent | null>;
  /** Mock mode: what the simulated bank does; left out, it succeeds. After so many milliseconds, 0 to 60,000. */
  simulatePayment(input: { id: string; outcome?: string; delayMs?: number }): Promise<Intent>;
  /** Hands over what the provider's sheet gave, as it is. */
  confirmPayment(input: { id: string; proof: Readonly<Record<string, string>> }): Promise<Intent>;
  /** Asks the provider now. */
  syncIntent(input: { id: string }): Promise<Intent>;
  cancelIntent(input: { id: string; reason?: string }): Promise<Intent>;
  /** The status now, then each change until the end. @returns what ends it */
  watchIntent(id: string, watcher: Watcher<IntentEvent>): () => void;
  /** Any other document. */
  query<Data>(document: string, variables?: object): Promise<Data>;
  /** Any other stream, over the same connection: its field is called `event`, has a `cursor`, and takes `$after`. @returns what ends it */
  watch<Event extends { readonly cursor: string }>(
    document: string,
    variables: object,
    watcher: Watcher<Event>,
  ): () => void;
  /** Ends every stream and its connection. */
  close(): void;
}

/** Everything that a user does. */
export interface Gateway extends Purchasing {
  balance(): Promise<Balance>;
  /** Newest first; 20, or `first` of them (1 to 100). */
  creditTransactions(page?: { first?: number; after?: string | null }): Promise<Page<Transaction>>;
  /** The balance now, then each change. @returns what ends it */
  watchBalance(watcher: Watcher<BalanceEvent>): () => void;
}

export interface GatewayOptions {
  /** Where the gateway is, e.g. https://pay.example.com. Left out: the page's own origin. */
  readonly url?: string;
  /** The signed-in user's token, asked for again on each call and each connection. */
  readonly token: () => string | Promise<string>;
  /** Other payment sheets than those of `@credits-gateway/client/sheets`. */
  readonly sheets?: Sheets;
  /** A WebSocket for live events where the platform has none: before Node 22, that of the package ws. */
  readonly webSocket?: unknown;
}

/** An element of a page; unknown to a program whose types have no pages. */
export type Place = typeof globalThis extends { HTMLElement: new () => infer Kind } ? Kind : unknown;
