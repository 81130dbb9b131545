// Everything that a checkout says to a payer, in the languages that come with it. Each text may be replaced.
import { en } from './texts/en.ts';

export interface Texts {
  readonly credits: (count: string) => string;
  readonly buy: (credits: string, price: string) => string;
  readonly save: (percent: number) => string;
  readonly loading: string;
  readonly again: string;
  readonly preparing: string;
  readonly form: string;
  readonly pay: string;
  readonly cancel: string;
  readonly simulated: string;
  readonly paySimulated: string;
  readonly outcomes: string;
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

const OTHERS: Readonly<Record<string, () => Promise<Texts>>> = {
  hi: async () => (await import('./texts/hi.ts')).hi,
};

export { en };

/** The languages that come with it; marked as pure, so that a bundler leaves them out where nobody asks. */
export const LANGUAGES: readonly string[] = /* @__PURE__ */ ['en'].concat(Object.keys(OTHERS));

/** The texts of a language, by its tag as `hi` or `hi-IN`; English where there are none, or they cannot be loaded. */
export async function textsOf(locale: string): Promise<Texts> {
  const [language = ''] = locale.toLowerCase().split('-');
  return (await OTHERS[language]?.().catch(() => null)) ?? en;
}
