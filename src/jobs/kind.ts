// What a feature brings to have its long work run: a kind, registered in app/loops.ts.
import type { Job } from './job.entity';

export interface JobKind {
  /** Stored in the row; never renamed while rows have it. */
  readonly kind: string;
  /**
   * Does the work from the last checkpoint on. Whatever it does between two checkpoints may be done twice, so each step
   * must be able to meet its own earlier effect.
   * @returns what is kept as the job's result.
   * @throws Problem for a failure in words for the operator; anything else is tried again a few times.
   */
  readonly run: (run: JobRun) => Promise<unknown>;
}

/** A job in the hands of the process that runs it. */
export interface JobRun {
  readonly job: Job;
  /** Aborts when the job was canceled, taken over, or this process ends. */
  readonly signal: AbortSignal;
  /**
   * Keeps how far the work has come and tells who watches, at most four times a second unless the checkpoint changed.
   * @throws JobStopped when the work must end here; let it pass.
   */
  save(progress: JobProgress): Promise<void>;
}

export interface JobProgress {
  /** Left out: as it was. */
  readonly checkpoint?: unknown;
  readonly done: number;
  /** Null: not known. */
  readonly total?: number | null;
  readonly message?: string | null;
}

/** The job is no longer this process's to run. */
export class JobStopped extends Error {
  override readonly name = 'JobStopped';
}
