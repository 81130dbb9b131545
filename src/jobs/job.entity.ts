import { Column, Entity, PrimaryColumn } from 'typeorm';

export const JOB_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** One piece of long work. Its id has the prefix of what it makes: a check, an export, a run. */
@Entity('jobs')
export class Job {
  @PrimaryColumn({ type: 'text', collation: 'C' })
  id!: string;

  /** Which registered kind runs it. */
  @Column({ type: 'text', collation: 'C' })
  kind!: string;

  @Column('jsonb')
  input!: unknown;

  @Column({ type: 'text', collation: 'C', default: 'queued' })
  status!: JobStatus;

  @Column('integer', { default: 0 })
  done!: number;

  /** Null: not known yet. */
  @Column('integer', { nullable: true })
  total!: number | null;

  @Column('text', { nullable: true })
  message!: string | null;

  @Column('integer', { name: 'eta_seconds', nullable: true })
  etaSeconds!: number | null;

  @Column('jsonb', { nullable: true })
  checkpoint!: unknown;

  @Column('jsonb', { nullable: true })
  result!: unknown;

  /** Rises with each change that a client can see; the sequence of its events. */
  @Column('integer', { default: 1 })
  version!: number;

  @Column('integer', { default: 0 })
  tries!: number;

  @Column({ type: 'text', name: 'requested_by', collation: 'C' })
  requestedBy!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'instant()' })
  createdAt!: Date;

  @Column('timestamptz', { name: 'started_at', nullable: true })
  startedAt!: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column('timestamptz', { name: 'updated_at', default: () => 'instant()' })
  updatedAt!: Date;

  @Column('timestamptz', { name: 'lease_until', nullable: true, select: false })
  leaseUntil?: Date | null;

  @Column('text', { name: 'lease_token', nullable: true, select: false })
  leaseToken?: string | null;
}

/** Nothing more comes by itself; what failed or was canceled can be resumed. */
export const isFinished = (status: JobStatus): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'canceled';
