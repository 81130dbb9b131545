import type { Redis } from 'ioredis';
import type { Caller } from '../callers/caller';
import type { CreditDeps } from '../credits/deps';
import type { Tail } from '../events/tail';
import type { KeyCounts } from '../idempotency/key-counts';
import type { IntentDeps } from '../intents/deps';
import type { Config } from '../kernel/config';
import type { Rates } from '../limits/rates';
import type { Budget } from '../limits/window';
import type { RefundDeps } from '../refunds/deps';
import type { WebhookDeps } from '../webhooks/deps';
import { createLoaders, type Loaders } from './loaders';

/** What all resolvers together work with. Made once, in src/app. */
export type Deps = IntentDeps &
  CreditDeps &
  RefundDeps &
  WebhookDeps & {
    readonly config: Config;
    /** Null: anybody may ask as much as they like. */
    readonly rates: Rates | null;
    /** Null: none is used. */
    readonly redis: Redis | null;
    readonly tail: Tail;
    readonly keyCounts: KeyCounts;
    /** Does what has come due by the clock; asked for where the clock is moved. */
    readonly passTime: () => Promise<void>;
    /** Sockets and streams that are open in this process, and how many may be; counted by http/sessions.ts. */
    readonly streams: { open: number; limit: number };
  };

/** What one request, or one subscription, works with. */
export interface Context {
  readonly deps: Deps;
  /** Null: nobody signed in. */
  readonly caller: Caller | null;
  readonly loaders: Loaders;
  readonly requestId: string;
  /** Where the request came from; empty in a test that asks the schema itself. */
  readonly address: string;
  /** What the caller has left, when the operation was counted. */
  budget: Budget | null;
  /** What a mutation has to pass before its work begins; what it throws is part of the payload. Set by schema.ts. */
  beforeWork: (() => Promise<void> | void) | null;
}

export const createContext = (
  deps: Deps,
  caller: Caller | null,
  requestId: string,
  address = '',
): Context => ({
  deps,
  caller,
  loaders: createLoaders(deps),
  requestId,
  address,
  budget: null,
  beforeWork: null,
});
