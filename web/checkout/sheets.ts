// Every provider's payment sheet, by the provider's name: the one list of providers that the pages have.
import { razorpay } from './razorpay';
import type { MakeReady, Pay, Sheet } from './sheet';
import { stripe } from './stripe';
import type { Checkout } from './types';

const SHEETS = { stripe, razorpay } satisfies Record<string, Sheet>;

export type ProviderName = keyof typeof SHEETS;
export const PROVIDERS = Object.keys(SHEETS) as readonly ProviderName[];

type ActionOf<Module> = Module extends { load: () => Promise<{ makeReady: MakeReady<infer Action> }> }
  ? Action
  : never;
/** A next action that a provider's sheet opens with. */
export type ProviderAction = ActionOf<(typeof SHEETS)[ProviderName]>;

/** What is asked of each type, for a document. */
export const SELECTIONS = Object.values(SHEETS)
  .map(({ type, fields }) => `... on ${type} { ${fields} }`)
  .join('\n    ');

const sheetOf = (action: ProviderAction): Sheet | undefined =>
  Object.values(SHEETS).find(({ type }) => type === action.__typename);

/** Whether the sheet is drawn in the page before the payer says to pay. */
export const isInPage = (action: ProviderAction): boolean => sheetOf(action)?.isInPage ?? false;

/** Makes the sheet of an action ready at a place in the page. @returns what pays by it */
export async function readySheet(at: HTMLElement, action: ProviderAction, checkout: Checkout): Promise<Pay> {
  const sheet = sheetOf(action);
  if (!sheet) throw new Error('Reload this page to pay.');
  const { makeReady } = await sheet.load();
  return (makeReady as MakeReady<ProviderAction>)(at, action, checkout);
}
