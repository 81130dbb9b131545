import { Field, Float, ID, InputType, Int, InterfaceType, ObjectType } from 'type-graphql';
import { JOB_STATUSES, type JobStatus } from '../../jobs/job.entity';
import { kindOf } from '../../kernel/ids';
import { invariant } from '../../kernel/invariant';
import { enumOf } from '../enums';
import { UserErrorType } from '../problems/types';

export const RunStatusEnum = enumOf('RunStatus', JOB_STATUSES, 'How far long work is.', {
  queued: 'Waits for a process to take it.',
  running: 'A process is at it; after a crash another one goes on.',
  succeeded: 'Done: its result stands.',
  failed: 'Given up, see progress.message; resumeJob goes on.',
  canceled: 'Stopped by cancelJob; resumeJob goes on.',
});

@ObjectType('Progress', { description: 'How much of a job is done.', simpleResolvers: true })
export class ProgressType {
  @Field(() => Int, { description: 'Rows so far, or whatever the job counts.' })
  done!: number;

  @Field(() => Int, { description: 'Of so many; null until that is known.', nullable: true })
  total!: number | null;

  @Field(() => Float, {
    description: '0 to 100, to one digit; null while the total is unknown.',
    nullable: true,
  })
  percent!: number | null;

  @Field(() => Int, {
    description: 'Seconds to go, as it looks now; null while nobody can say.',
    nullable: true,
  })
  etaSeconds!: number | null;

  @Field(() => String, {
    description: 'What it is at, for a person; null when there is nothing to say.',
    nullable: true,
  })
  message!: string | null;
}

@InterfaceType('Job', {
  description: 'Long work: a reconciliation, an export, a file of grants, a ledger check.',
  resolveType: jobTypeName,
})
export abstract class JobType {
  @Field(() => ID, { description: 'run_…, exp_…, gim_… or lck_…: a node like others.' })
  id!: string;

  @Field(() => RunStatusEnum, { description: 'Whether it waits, works, or how it ended.' })
  status!: JobStatus;

  @Field(() => ProgressType, { description: 'How much of it is done.' })
  progress!: ProgressType;
}

/** What the payloads of several mutations have in common; no type of the schema by itself. */
@ObjectType({ simpleResolvers: true })
abstract class JobPayloadFields {
  @Field(() => JobType, { description: 'As it is now; null when nothing was done.', nullable: true })
  job!: JobType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('CancelJobPayload', { description: 'The work that stops.', simpleResolvers: true })
export class CancelJobPayloadType extends JobPayloadFields {}

@ObjectType('ResumeJobPayload', { description: 'The work that goes on.', simpleResolvers: true })
export class ResumeJobPayloadType extends JobPayloadFields {}

@ObjectType('StartLedgerCheckPayload', {
  description: 'What begins to read the books.',
  simpleResolvers: true,
})
export class StartLedgerCheckPayloadType extends JobPayloadFields {}

@InputType('JobInput', { description: 'Which job is meant.' })
export class JobInputType {
  @Field(() => ID, { description: 'run_…, exp_…, gim_… or lck_….' })
  id!: string;
}

/** What a job makes, by the prefix of its id. */
const TYPE_NAMES = {
  ledgerCheck: 'LedgerCheck',
  export: 'ExportJob',
  grantsImport: 'GrantsImport',
  reconciliationRun: 'ReconciliationRun',
} as const;

export function jobTypeName({ id }: { readonly id: string }): string {
  const kind = kindOf(id);
  invariant(kind && kind in TYPE_NAMES, `Job ${id} has no type`);
  return TYPE_NAMES[kind as keyof typeof TYPE_NAMES];
}

/** The progress of a job, or of one of its events. */
export function progressOf({
  done,
  total,
  message,
  etaSeconds,
}: Pick<ProgressType, 'done' | 'total' | 'message' | 'etaSeconds'>): ProgressType {
  // To one digit: a bar shows no more. Work that was found on the way never makes it more than all.
  const percent = total ? Math.min(100, Math.round((done / total) * 1000) / 10) : null;
  return { done, total, percent, etaSeconds, message };
}
