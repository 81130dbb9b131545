// A stateful stand-in for the providers that speaks their HTTP and sends their signed webhook events. Its state
// is in PostgreSQL, so that every process sees one provider and a crash forgets nothing.
import type { Pool } from 'pg';
import { handle } from './handle';
import type { ApiKeys } from './keys';
import { type Account, makeLimiter, newAccount } from './limits';
import type { Change, ProviderName } from './objects';
import { payOut } from './pay-out';
import { type Play, type Played, play } from './play';
import type { Letters } from './rows';
import { type Deliver, makeSender } from './send';
import type { WebhookSecrets } from './sign';
import { makeStepLoop } from './steps';
import { makeStore } from './store';
import type { SimulatorRequest, SimulatorResponse } from './wire';

export { type PlayedCard, playedCard } from './card';
export type { ApiKeys } from './keys';
export { type Outcome, OutcomeImpossible } from './outcomes';
export type { Play, Played } from './play';
export type { Deliver, Delivery } from './send';
export type { WebhookSecrets } from './sign';
export type { SimulatorRequest, SimulatorResponse } from './wire';

export interface Simulator {
  /**
   * Answers one HTTP request to any of the providers. Throws only what the database throws: to the caller that is a
   * provider that did not answer.
   */
  handle(request: SimulatorRequest): Promise<SimulatorResponse>;
  /** What the account may do at the providers; to be changed at any time. */
  readonly account: Account;
  /** @throws OutcomeImpossible when the provider has no such thing or the object cannot do it now. */
  play(input: Play): Promise<Played>;
  /** Pays out to the bank what has not been paid out yet, and answers with the payouts' ids. */
  payOut(provider: ProviderName): Promise<readonly string[]>;
  /** Forgets idempotency keys, as both providers do after a day: a repeated request then acts again. */
  forgetKeys(): Promise<void>;
  /** Moves the providers' clock forward, to so many milliseconds ahead of the database's; never back. */
  followClock(offsetMs: number): Promise<void>;
  /** Starts the timers that apply due steps and send webhook events. Before that nothing is sent from this process. */
  start(): void;
  /** Resolves when the deliveries under way are over and written down. */
  stop(): Promise<void>;
}

export interface SimulatorOptions {
  /** Its own: reads and writes schema `simulator` and nothing else. Every statement is a transaction of its own. */
  readonly pool: Pool;
  /** Brings one webhook event to its receiver and answers with the receiver's status. */
  readonly deliver: Deliver;
  readonly secrets: WebhookSecrets;
  /** What opens it; left out: any test key does. */
  readonly keys?: ApiKeys;
  /** The real time, for signatures, Date.now unless told. The providers' own time is kept in the database. */
  readonly clock?: { nowMs(): number };
  /** Hears what goes wrong in the background, such as a database that is down; the work is tried again. */
  readonly onFault?: (error: unknown) => void;
}

export function createSimulator(options: SimulatorOptions): Simulator {
  const onFault = options.onFault ?? (() => {});
  const account = newAccount(options.keys);
  const sender = makeSender({ ...options, clock: options.clock ?? { nowMs: Date.now }, onFault });
  const store = makeStore(options.pool, account, { claims: sender.hasRoom, onWritten });
  const steps = makeStepLoop({ pool: options.pool, store, onFault });

  function onWritten(change: Change, letters: Letters | null): void {
    if (letters) sender.send(letters.claimed);
    for (const afterMs of letters?.dueMs ?? []) sender.wake(afterMs);
    for (const step of change.steps ?? []) steps.wake(step.delayMs);
  }

  const desk = { store, account, limiter: makeLimiter(account) };
  return {
    handle: (request) => handle(desk, request),
    account,
    play: (input) => play(store, input),
    payOut: (provider) => payOut(options.pool, store, provider),
    forgetKeys: store.forgetKeys,
    async followClock(offsetMs) {
      const { rowCount } = await options.pool.query(
        `update simulator.clock set offset_ms = $1
         where offset_ms < $1 or (offset_ms > $1 and not exists (select from simulator.objects))`,
        [offsetMs],
      );
      if (rowCount) steps.wake();
    },
    start() {
      sender.start();
      steps.start();
    },
    async stop() {
      await steps.stop();
      await sender.stop();
    },
  };
}
