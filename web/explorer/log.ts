// Every event of every subscription of this page, newest first.
import { createStore } from './store';

export interface Heard {
  readonly number: number;
  readonly name: string;
  readonly at: Date;
  /** Since the subscription began. */
  readonly ms: number;
  /** Null: the gateway completed the stream. */
  readonly data: unknown;
}

// A person scrolls through hundreds at most, and the page stays light.
const KEPT = 500;

const events = createStore<readonly Heard[]>([]);

export const log = {
  add: (event: Heard) => events.set([event, ...events.get()].slice(0, KEPT)),
  clear: () => events.set([]),
  use: events.use,
};
