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
}

/** When which door answered. */
export interface Answered {
  readonly atMs: number;
  readonly door: number;
}

export class History {
  readonly operations: Operation[] = [];
  readonly purchases = new Map<string, Purchase>();
  readonly answered: Answered[] = [];
  readonly tookMs: number[] = [];
  /** What no client may ever be told, in words. */
  readonly violations: string[] = [];
  attempts = 0;
  /** Attempts by what came in place of an answer. */
  readonly unanswered = new Map<string, number>();

  begin(operation: Omit<Operation, 'told' | 'attempts'>): Operation {
    const begun: Operation = { ...operation, told: null, attempts: 0 };
    this.operations.push(begun);
    return begun;
  }

  missed(why: string): void {
    this.unanswered.set(why, (this.unanswered.get(why) ?? 0) + 1);
  }

  get acknowledged(): readonly Operation[] {
    return this.operations.filter(({ told }) => told !== null);
  }
}
