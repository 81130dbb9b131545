import { Field, Float, ID, InputType, Int, InterfaceType, ObjectType } from 'type-graphql';
import { JOB_STATUSES, type JobStatus } from '../../jobs/job.entity';
import { kindOf } from '../../kernel/ids';
import { invariant } from '../../kernel/invariant';
import { enumOf } from '../enums';
import { UserErrorType } from '../problems/types';

export const RunStatusEnum = enumOf('RunStatus', JOB_STATUSES);

@ObjectType('Progress', { simpleResolvers: true })
export class ProgressType {
  @Field(() => Int)
  done!: number;

  @Field(() => Int, { nullable: true })
  total!: number | null;

  @Field(() => Float, { nullable: true })
  percent!: number | null;

  @Field(() => Int, { nullable: true })
  etaSeconds!: number | null;

  @Field(() => String, { nullable: true })
  message!: string | null;
}

@InterfaceType('Job', {
  description: 'Long work: a reconciliation, an export, a ledger check.',
  resolveType: jobTypeName,
})
export abstract class JobType {
  @Field(() => ID)
  id!: string;

  @Field(() => RunStatusEnum)
  status!: JobStatus;

  @Field(() => ProgressType)
  progress!: ProgressType;
}

@ObjectType('JobPayload', { simpleResolvers: true })
export class JobPayloadType {
  @Field(() => JobType, { nullable: true })
  job!: JobType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@InputType('JobInput')
export class JobInputType {
  @Field(() => ID)
  id!: string;
}

/** What a job makes, by the prefix of its id. */
const TYPE_NAMES = {
  ledgerCheck: 'LedgerCheck',
  export: 'ExportJob',
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
