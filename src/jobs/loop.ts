// Repeated work, declared as data. Who runs it, starts it again and lets it end is run-loops.ts, for all of it.

export interface Loop {
  /** In the log, in the table `quarantine`, and where operators see what is set aside. */
  readonly name: string;
  /**
   * In each process: rows are shared by their locks and leases. Once for all: a round is one process's, and the clock of the
   * database says when the next one is due.
   */
  readonly runs: 'in each process' | 'once for all';
  /**
   * Milliseconds. In each process: between the end of a round and the next one. Once for all: a round is due at each multiple of
   * it since 1970-01-01T00:00Z.
   */
  readonly everyMs: number;
  /** Of what runs once for all: so many milliseconds later. */
  readonly afterMs?: number;
  /** The subject of the hub that rings when there is something to do before the time. */
  readonly wokenBy?: string;
  /**
   * SQL that is true when there may be something to do: after a round that found nothing the next one waits for it as well. It is
   * asked some three times a second, so it looks at one row, by an index: as (select true … order by … limit 1), because of a list
   * within `exists` PostgreSQL forgets the order. Left out: rounds come by time alone.
   */
  readonly due?: string;
  /**
   * One round. What it throws sets the loop aside as a whole, until a round ends well.
   * @param stopping aborts when this process ends.
   * @returns how much was done; more than nothing means: look again at once.
   */
  readonly work: (stopping: AbortSignal) => Promise<number>;
  /** Waits for what rounds have left under way. Called once, when no further round comes. */
  readonly drain?: () => Promise<void>;
}
