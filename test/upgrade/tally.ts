// What became of each call and each stream, counted, and of what went wrong enough to find its cause.
export interface Failure {
  readonly what: string;
  readonly why: string;
  /** The address of the process that served it; empty when nobody did. */
  readonly by: string;
  readonly at: string;
}

export interface Tally {
  calls: number;
  /** Calls by why they were made once more, as docs/errors.md says. */
  readonly retries: Map<string, number>;
  readonly failed: Failure[];
  /** Streams that went on at another process, because theirs was stopped. */
  moved: number;
  /** Streams that ended though nobody stopped their process. */
  readonly ended: Failure[];
  events: number;
  readonly lost: Failure[];
}

export const newTally = (): Tally => ({
  ...{ calls: 0, retries: new Map(), failed: [], moved: 0, ended: [], events: 0, lost: [] },
});

export const failure = (what: string, why: string, by = ''): Failure => ({
  ...{ what, why, by, at: new Date().toISOString() },
});

export const told = ({ calls, retries, failed, moved, ended, events, lost }: Tally): string =>
  `${calls} calls, ${failed.length} failed, made once more: ${
    [...retries].map(([why, count]) => `${count} × ${why}`).join(', ') || 'none'
  }; streams: ${ended.length} ended, ${moved} moved, ${events} events, ${lost.length} lost or repeated`;
