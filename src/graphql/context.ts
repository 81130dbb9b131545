import type { Caller } from '../callers/caller';
import type { CreditDeps } from '../credits/deps';
import type { IntentDeps } from '../intents/deps';
import type { Config } from '../kernel/config';
import type { RefundDeps } from '../refunds/deps';
import type { WebhookDeps } from '../webhooks/deps';
import { createLoaders, type Loaders } from './loaders';

/** What all resolvers together work with. Made once, in app.ts. */
export type Deps = IntentDeps & CreditDeps & RefundDeps & WebhookDeps & { readonly config: Config };

/** What one request, or one subscription, works with. */
export interface Context {
  readonly deps: Deps;
  /** Null: nobody signed in. */
  readonly caller: Caller | null;
  readonly loaders: Loaders;
  readonly requestId: string;
  /** What a mutation has to pass before its work begins; what it throws is part of the payload. Set by schema.ts. */
  beforeWork: (() => Promise<void> | void) | null;
}

export const createContext = (deps: Deps, caller: Caller | null, requestId: string): Context => ({
  deps,
  caller,
  loaders: createLoaders(deps),
  requestId,
  beforeWork: null,
});
