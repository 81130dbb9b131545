// What clients did and what they were told, written down by them: what is true afterwards is judged by it.

export const VERBS = ['buy', 'spend', 'hold', 'settle', 'release', 'refund', 'adjust', 'cancel'] as const;
export type Verb = (typeof VERBS)[number];

/** What a gateway told of an operation, of which a repeat says the same. */
export interface Told {
  /** The id of what was made; null where it was refused. */
  readonly id: string | null;
  /** The code of a refusal. */
  readonly code: string | null;
}

export interface Operation {
  readonly verb: Verb;
  readonly user: string;
  readonly role: 'user' | 'finance';
  readonly mutation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** By how much the balance changes when it is told to have been done. */
  readonly delta: number;
  told: Told | null;
  /** When, on the clock of performance.now(). */
  toldAtMs: number;
  /** Told, and done after the moment that the database was restored to: gone, and not to be asked for again. */
  isLost: boolean;
  attempts: number;
}

/** A purchase that has an id, and what was played to its payment. */
export interface Purchase {
  readonly user: string;
  readonly id: string;
  readonly credits: number;
  /** Whether its payer was made to pay, so that it has to bring credits. */
  isPaid: boolean;
  /** Paid in a wrong amount: it brings none. */
  isShort: boolean;
  isCanceled: boolean;
  /** The database lost it, and the provider has nothing of it that somebody could pay. */
  isGone: boolean;
}

/** What a restore to a moment ago took, and what came back from the providers. */
export interface Restored {
  /** Operations that clients had been told of. */
  readonly lost: readonly Operation[];
  /** Purchases that were unknown afterwards, and are here again. */
  readonly madeAgain: number;
  /** Payments that the provider had taken and that the restored database did not know of; each is here again. */
  readonly paymentsFound: number;
  /** How long nobody was let in, and how often `recover` was begun. */
  readonly closedMs: number;
  readonly tries: number;
}

/** One request: when it was sent and to which door. */
export interface Asked {
  readonly fromMs: number;
  readonly door: number;
  /** When it was answered; null where it was not. */
  answeredMs: number | null;
}

export class History {
  readonly operations: Operation[] = [];
  readonly purchases = new Map<string, Purchase>();
  readonly asked: Asked[] = [];
  /** What no client may ever be told, in words. */
  readonly violations: string[] = [];
  readonly restores: Restored[] = [];
  /** Purchases that a restore took before their buyers were told of them: made again from the provider, and nobody's. */
  readonly nobodys = new Set<string>();
  /** Attempts by what came in place of an answer. */
  readonly unanswered = new Map<string, number>();

  begin(operation: Omit<Operation, 'told' | 'toldAtMs' | 'isLost' | 'attempts'>): Operation {
    const begun: Operation = { ...operation, told: null, toldAtMs: 0, isLost: false, attempts: 0 };
    this.operations.push(begun);
    return begun;
  }

  missed(why: string): void {
    this.unanswered.set(why, (this.unanswered.get(why) ?? 0) + 1);
  }

  get acknowledged(): readonly Operation[] {
    return this.operations.filter(({ told }) => told !== null);
  }

  /** Of those, what no restore has taken. */
  get standing(): readonly Operation[] {
    return this.acknowledged.filter(({ isLost }) => !isLost);
  }
}
