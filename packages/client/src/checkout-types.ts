// What a checkout knows and does.
import type { Pay } from './sheet.ts';
import type { CreateIntentInput, CreditPackage, GatewayOptions, Intent, Place, Purchasing } from './types.ts';

/**
 * choose: a package is to be picked. creating: the gateway is asked for an intent. pay: the payer acts, in the sheet that
 * `intent.nextAction` names. waiting: the sheet is done and the gateway has not confirmed yet. slow: it takes longer
 * than usual, the page may be closed. The last three are ends; the gateway said them, never the browser.
 */
export type Phase = 'choose' | 'creating' | 'pay' | 'waiting' | 'slow' | 'succeeded' | 'failed' | 'canceled';

/** Something that the person can act on, in words that may be shown; of RISK_BLOCKED the number for support too. */
export interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly decisionId?: string | undefined;
}

export interface CheckoutState {
  readonly phase: Phase;
  readonly packages: readonly CreditPackage[];
  readonly intent: Intent | null;
  /** The last declined attempt while the intent is still open. */
  readonly decline: string | null;
  readonly trouble: Trouble | null;
  /** False while nothing of the gateway gets through: what is shown may be old, and nothing should be paid. It comes back by itself. */
  readonly live: boolean;
}

/** Where the purchase under way is remembered. */
export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface Payer {
  readonly name?: string;
  readonly email?: string;
  /** With the country's code, as +919000090000. */
  readonly phone?: string;
}

export interface PurchaseOptions
  extends Pick<CreateIntentInput, 'provider' | 'currency' | 'walletId' | 'promoCode'> {
  /** Where a provider sends the payer back to after a redirect. Left out: this page. */
  readonly returnUrl?: string;
  /** Draws the captcha that RISK_CHALLENGE asks for, and gives its response; rejects when the payer leaves it. */
  readonly solveCaptcha?: (siteKey: string) => Promise<string>;
  /** Survives a reload. Left out: localStorage of a page, which its other tabs see, and nothing elsewhere. */
  readonly storage?: Memory | null;
  /** What the payer need not type again, where a provider's sheet asks for it. */
  readonly payer?: Payer;
  /** False: the browser's Back does not lead from the payment to the packages, and the page's history is left alone. */
  readonly history?: boolean;
}

/** A gateway that is there already, or what one is made of. */
export type CheckoutOptions = PurchaseOptions & (GatewayOptions | { readonly gateway: Purchasing });

export interface Checkout {
  readonly state: CheckoutState;
  /** What it asks. */
  readonly gateway: Purchasing;
  /** What is known of the payer, for a provider's sheet. */
  readonly payer: Payer;
  /** Calls back after every change. @returns what ends that. */
  subscribe(listener: () => void): () => void;
  /** Reads the packages, and finds the purchase again that a reload or the back button left behind. */
  load(): Promise<void>;
  /** One intent however often it is called: the key lives until the purchase has ended. */
  buy(packageId: string): Promise<void>;
  /**
   * Makes the payment sheet of the next action ready at an empty place of the page, not in a shadow root.
   * @returns what pays by it: null, or what went wrong in words for the payer
   * Pressed again before it has ended, that is the same attempt.
   * @throws GatewayError SHEET, in words for the payer, when its provider's form cannot be loaded
   */
  show(at: Place): Promise<Pay>;
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
  /** Back to the packages for a moment: to buy the same package again is the same purchase. */
  leave(): void;
  /** Stops to follow. `load` goes on from there. */
  close(): void;
}
