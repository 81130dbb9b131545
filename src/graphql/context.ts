import type { ExecutionResult, GraphQLError } from 'graphql';
import type { Redis } from 'ioredis';
import type pg from 'pg';
import type { Caller } from '../callers/caller';
import type { CreditDeps } from '../credits/deps';
import type { Replica } from '../db/replica';
import type { Tail } from '../events/tail';
import type { GrantVerbs } from '../grants/verbs';
import type { KeyCounts } from '../idempotency/key-counts';
import type { IntentDeps } from '../intents/deps';
import type { Config } from '../kernel/config';
import type { Rates } from '../limits/rates';
import type { Budget } from '../limits/window';
import type { RefundDeps } from '../refunds/deps';
import type { DecisionCounts } from '../risk/decision-counts';
import type { Observed } from '../telemetry/observed';
import type { WebhookDeps } from '../webhooks/deps';
import { createLoaders, type Loaders } from './loaders';

/** What all resolvers together work with. Made once, in src/app. */
export type Deps = IntentDeps &
  CreditDeps &
  GrantVerbs &
  RefundDeps &
  WebhookDeps & {
    readonly config: Config;
    /** Connections that are one's own for longer than a transaction, past any pooler. */
    readonly sessions: pg.Pool;
    /** For reads that are long or wide: a replica's, where there is one. */
    readonly reads: pg.Pool;
    /** Null: there is none. */
    readonly replica: Replica | null;
    /** Null: anybody may ask as much as they like. */
    readonly rates: Rates | null;
    /** Null: none is used. */
    readonly redis: Redis | null;
    readonly tail: Tail;
    readonly keyCounts: KeyCounts;
    /** Hears how calls of the API and calls to providers ended. */
    readonly observed: Observed;
    /** What risk decided in this process. */
    readonly decisionCounts: DecisionCounts;
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
  /** Where that is, as a proxy of ours says; null: nobody says it. */
  readonly country: string | null;
  /** The trace that the request came with; null: with none, or nothing is traced. */
  readonly traceparent: string | null;
  /** What the caller has left, when the operation was counted. */
  budget: Budget | null;
  /** What a mutation has to pass before its work begins; what it throws is part of the payload. Set by schema.ts. */
  beforeWork: (() => Promise<void> | void) | null;
  /** Of a stream: whether its next event is still for the caller; null: as long as the token is good. */
  mayStillHear: (() => Promise<boolean>) | null;
  /** What was done of the request before Apollo was asked (http/lane.ts), so that nothing is counted or run twice. */
  begun: Begun | null;
}

/** Left out: it has not come so far. */
export interface Begun {
  /** Null: it may run. */
  readonly objection: GraphQLError | null;
  readonly result?: ExecutionResult;
}

export const createContext = (
  deps: Deps,
  caller: Caller | null,
  requestId: string,
  address = '',
  country: string | null = null,
  traceparent: string | null = null,
): Context => ({
  deps,
  caller,
  loaders: createLoaders(deps),
  requestId,
  address,
  country,
  traceparent,
  budget: null,
  beforeWork: null,
  mayStillHear: null,
  begun: null,
});
