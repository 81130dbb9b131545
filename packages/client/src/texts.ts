// Everything that a checkout says to a payer, in the languages that come with it. Each text may be replaced.
import { en } from './texts/en.ts';

export interface Texts {
  readonly credits: (count: string) => string;
  readonly buy: (credits: string, price: string) => string;
  readonly save: (percent: number) => string;
  /** Beside a package's credits, or with a code. */
  readonly bonus: (credits: string) => string;
  readonly loading: string;
  readonly again: string;
  readonly preparing: string;
  readonly form: string;
  readonly pay: string;
  readonly cancel: string;
  readonly confirming: string;
  readonly slow: string;
  readonly ask: string;
  readonly added: (credits: string) => string;
  readonly more: string;
  readonly receipt: string;
  readonly restart: string;
  readonly canceled: string;
  readonly failed: string;
  readonly reconnecting: string;
  /** After why a payment was declined. */
  readonly tryAgain: string;
  readonly tryOther: string;
  /** Instead of the gateway's words, which are English, by the code of a trouble or of a failure. */
  readonly codes: Readonly<Record<string, string>>;
}

/** Of the simulated bank, which brings its English with it. */
export interface BankTexts {
  readonly simulated: string;
  readonly paySimulated: string;
  readonly outcomes: string;
}

/** What is said beside the packages: in English it is loaded after them, as `@credits-gateway/client/offer`. */
export interface OfferTexts {
  readonly left: (credits: string) => string;
  /** At a level that somebody set, or below it. */
  readonly low: (credits: string) => string;
  readonly depleted: string;
  /** Of a shared wallet, what the payer may spend of it now. */
  readonly spendable: (credits: string, wallet: string) => string;
  /** To a member who buys nothing for it. */
  readonly notBuyer: (wallet: string) => string;
  readonly code: string;
  /** What a code brings that was taken. */
  readonly codeBonus: (credits: string, code: string) => string;
  /** Why it brought nothing after all, by the outcome; the purchase stands. */
  readonly codeOutcomes: Readonly<Record<string, string>>;
  /** Instead of the gateway's words, which are English: no such code, and one that is not for this purchase. */
  readonly codeUnknown?: string;
  readonly codeRefused?: string;
}

export type AllTexts = Texts & BankTexts & OfferTexts;

const OTHERS: Readonly<Record<string, () => Promise<AllTexts>>> = {
  hi: async () => (await import('./texts/hi.ts')).hi,
};

export { en };

/** The languages that come with it; marked as pure, so that a bundler leaves them out where nobody asks. */
export const LANGUAGES: readonly string[] = /* @__PURE__ */ ['en'].concat(Object.keys(OTHERS));

/** The texts of a language, by its tag as `hi` or `hi-IN`; English where there are none, or they cannot be loaded. */
export async function textsOf(locale: string): Promise<Texts & Partial<AllTexts>> {
  const [language = ''] = locale.toLowerCase().split('-');
  return (await OTHERS[language]?.().catch(() => null)) ?? en;
}
