// The calls of one process that wait for their turn, by who asks.
import type { Account, Lease, Wish } from './call-store';

/** A payer waits in front of a screen; news is a webhook event; a sweep looks again; books are reconciliation. */
export type Turn = 'payer' | 'news' | 'sweep' | 'books';

/** The call was never sent: its turn would have come too late. */
export class TurnDenied extends Error {
  override readonly name = 'TurnDenied';
  constructor(readonly waitMs: number) {
    super(`The provider's limit is reached for another ${Math.ceil(waitMs)} ms`);
  }
}

interface Rule extends Pick<Wish, 'keptShare' | 'creditSeconds'> {
  /** How long it waits at most. */
  readonly waitMs: number;
}

/**
 * A payer takes up to five seconds ahead of everybody else, longer than anybody looks at a spinner. The others leave a part of
 * the bucket to whoever comes before them, and stop waiting well within the leases that they work under (30 s for an event);
 * reconciliation has all night.
 */
const RULES: Readonly<Record<Turn, Rule>> = {
  payer: { keptShare: 0, creditSeconds: 5, waitMs: 5_000 },
  news: { keptShare: 0, creditSeconds: 0, waitMs: 10_000 },
  sweep: { keptShare: 1 / 3, creditSeconds: 0, waitMs: 10_000 },
  books: { keptShare: 2 / 3, creditSeconds: 0, waitMs: 600_000 },
};
const TURNS = Object.keys(RULES) as Turn[];

/** Taken along for the next payers where there is plenty; few, since what is not used is lost. */
const SPARE = { turn: null, count: 4, keptShare: 2 / 3, creditSeconds: 0 };

export interface QueuedWish extends Wish {
  /** Null: for nobody yet. */
  readonly turn: Turn | null;
}

interface Waiting {
  readonly operation: string;
  readonly turn: Turn;
  readonly untilMs: number;
  readonly go: () => void;
  readonly deny: (error: TurnDenied) => void;
}

export class CallQueue {
  private waiting: Waiting[] = [];
  private readonly spacingMs: number;
  private readonly hasSpare: boolean;

  constructor({ all, operation }: Account) {
    this.spacingMs = 1_000 / (operation ?? all).rate;
    this.hasSpare = all.burst > SPARE.count;
  }

  isEmpty = (): boolean => this.waiting.length === 0;

  has = (operation: string, turn: Turn): boolean =>
    this.waiting.some((one) => one.operation === operation && one.turn === turn);

  push(operation: string, turn: Turn): Promise<void> {
    const untilMs = Date.now() + RULES[turn].waitMs;
    return new Promise((go, deny) => {
      this.waiting.push({ operation, turn, untilMs, go, deny });
    });
  }

  /** One wish for each operation in each turn, payers first; then some to take along. */
  wishes(): QueuedWish[] {
    const wishes: QueuedWish[] = [];
    for (const turn of TURNS) {
      const counts = new Map<string, number>();
      for (const one of this.waiting)
        if (one.turn === turn) counts.set(one.operation, (counts.get(one.operation) ?? 0) + 1);
      const { keptShare, creditSeconds } = RULES[turn];
      for (const [operation, count] of counts)
        wishes.push({ turn, operation, count, keptShare, creditSeconds });
    }
    const payers = this.hasSpare ? wishes.filter(({ turn }) => turn === 'payer') : [];
    return [...wishes, ...payers.map(({ operation }) => ({ ...SPARE, operation }))];
  }

  /**
   * Lets those go to whom calls were leased, and tells those whose time is over.
   * @returns milliseconds until somebody who is left may be let go, and what was leased for nobody yet.
   */
  hand(
    wishes: readonly QueuedWish[],
    leases: readonly Lease[],
  ): { waitMs: number; taken: { operation: string; count: number }[] } {
    let nextMs = Number.POSITIVE_INFINITY;
    const taken: { operation: string; count: number }[] = [];
    leases.forEach(({ granted, waitMs }, at) => {
      const wish = wishes[at] as QueuedWish;
      if (wish.turn !== null) nextMs = Math.min(nextMs, this.handTo(wish, granted, waitMs));
      else if (granted > 0) taken.push({ operation: wish.operation, count: granted });
    });
    return { waitMs: nextMs, taken };
  }

  private handTo({ operation, turn, count }: QueuedWish, granted: number, waitMs: number): number {
    const group = this.waiting.filter((one) => one.operation === operation && one.turn === turn);
    const gone = group.slice(0, granted);
    // The last of them leaves after `waitMs`, those before it each a little earlier.
    gone.forEach(({ go }, nth) => {
      const inMs = waitMs - (granted - 1 - nth) * this.spacingMs;
      if (inMs < 1) go();
      else setTimeout(go, inMs);
    });
    // A payer is told at once, the others when their time is over; whoever came meanwhile was not asked for yet.
    const nowMs = Date.now();
    const left = group.slice(granted, count);
    const late = left.filter((one) => turn === 'payer' || one.untilMs < nowMs);
    for (const { deny } of late) deny(new TurnDenied(waitMs));
    const over = new Set([...gone, ...late]);
    this.waiting = this.waiting.filter((one) => !over.has(one));
    return group.length > over.size ? waitMs : Number.POSITIVE_INFINITY;
  }

  denyAll(waitMs: number): void {
    for (const { deny } of this.waiting) deny(new TurnDenied(waitMs));
    this.waiting = [];
  }
}
