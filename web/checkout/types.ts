// What a checkout knows. Names are those of the gateway's schema.
import type { ProviderAction, ProviderName } from './sheets';

/**
 * choose: a package is to be picked. creating: the gateway is asked for an intent. pay: the payer acts, in the sheet that
 * `intent.nextAction` names. waiting: the sheet is done and the gateway has not confirmed yet. slow: it takes longer
 * than usual, the page may be closed. The last three are ends; the gateway said them, never the browser.
 */
export type Phase = 'choose' | 'creating' | 'pay' | 'waiting' | 'slow' | 'succeeded' | 'failed' | 'canceled';

export interface Money {
  readonly amountMinor: string;
  readonly currency: string;
  readonly formatted: string;
}

export interface CreditPackage {
  readonly id: string;
  readonly name: string;
  readonly credits: number;
  readonly price: Money;
  readonly savingsPercent: number;
}

export type NextAction =
  | { readonly __typename: 'MockConfirm'; readonly outcomes: readonly string[] }
  | ProviderAction;

export interface Intent {
  readonly id: string;
  readonly status: 'pending' | 'processing' | 'succeeded' | 'failed' | 'canceled';
  readonly packageName: string;
  readonly creditsAmount: number;
  readonly creditsAdded: number | null;
  readonly amount: Money;
  readonly attemptCount: number;
  readonly failure: { readonly message: string; readonly retryable: boolean } | null;
  readonly nextAction: NextAction | null;
}

/** Something that the person can act on, in words that may be shown. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
}

export interface CheckoutState {
  readonly phase: Phase;
  readonly packages: readonly CreditPackage[];
  readonly intent: Intent | null;
  /** The last declined attempt while the intent is still open. */
  readonly decline: string | null;
  readonly trouble: Trouble | null;
  /** False while the connection for live status is away. It comes back by itself, from where it was. */
  readonly live: boolean;
}

export interface CheckoutOptions {
  /** Where the gateway is, e.g. https://pay.example.com. Empty: the page's own origin. */
  readonly url?: string;
  /** The signed-in user's token, asked for again on each call and each connection. */
  readonly token: () => string | Promise<string>;
  /** Left out: the gateway's default for the currency. */
  readonly provider?: ProviderName;
  readonly currency?: string;
  /** Where a provider sends the payer back to after a redirect. Left out: this page. */
  readonly returnUrl?: string;
  /** Where the purchase under way is remembered across a reload. Left out: sessionStorage. */
  readonly storage?: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null;
}

export interface Checkout {
  readonly state: CheckoutState;
  /** Calls back after every change. @returns what ends that. */
  subscribe(listener: () => void): () => void;
  /** Reads the packages, and finds the purchase again that a reload or the back button left behind. */
  load(): Promise<void>;
  /** One intent however often it is called: the key lives until the purchase has ended. */
  buy(packageId: string): Promise<void>;
  /** The sheet was confirmed; what happened comes from the gateway. */
  confirmed(): void;
  /** Mock mode: what the simulated bank does. */
  simulate(outcome: string): Promise<void>;
  /** What the provider's sheet handed over, as it is. */
  confirm(proof: Readonly<Record<string, string>>): Promise<void>;
  /** Asks the provider now, for a payer who is back from a redirect. */
  sync(): Promise<void>;
  cancel(): Promise<void>;
  /** Back to the packages. What is open stays open at the gateway until it expires. */
  restart(): void;
  close(): void;
}
