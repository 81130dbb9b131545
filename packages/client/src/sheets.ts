// Every provider's payment sheet, by the provider's name: the one list of providers that the pages have.
import { mock } from './mock.ts';
import { razorpay } from './razorpay.ts';
import type { MakeReady, Sheet, Sheets } from './sheet.ts';
import { stripe } from './stripe.ts';

export type { MakeReady, Pay, Sheet, Sheets } from './sheet.ts';

const OF_PROVIDERS = { stripe, razorpay } satisfies Sheets;

export type ProviderName = keyof typeof OF_PROVIDERS;
// A bundler leaves out what is pure and not used.
export const PROVIDERS = /* @__PURE__ */ Object.keys(OF_PROVIDERS) as readonly ProviderName[];

/** The sheets that a checkout has unless it is given others: the providers', and the simulated bank's of mock mode. */
export const sheets = { ...OF_PROVIDERS, mock };

type ActionOf<Module> = Module extends { load: () => Promise<{ makeReady: MakeReady<infer Action> }> }
  ? Action
  : never;
/** A next action that a provider's sheet opens with. */
export type ProviderAction = ActionOf<(typeof OF_PROVIDERS)[ProviderName]>;

/** The sheet that an action opens with; undefined when there is none, as for a page older than the gateway. */
export const sheetOf = (list: Sheets, action: { readonly __typename: string }): Sheet | undefined =>
  Object.values(list).find(({ type }) => type === action.__typename);

/** Fetches a sheet's code and its provider's script before they are needed, as when packages are shown. */
export async function preload(sheet: Sheet): Promise<void> {
  const code = await sheet.load();
  await code.preload?.();
}
