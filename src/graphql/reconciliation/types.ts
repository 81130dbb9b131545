import { Field, ID, ObjectType } from 'type-graphql';
import type { JobStatus } from '../../jobs/job.entity';
import { BREAK_STATUSES, type BreakStatus } from '../../reconciliation/break.entity';
import { BREAK_FIXES } from '../../reconciliation/fixes';
import { BREAK_KINDS, BREAK_SUBJECTS, type BreakKind, type BreakSubject } from '../../reconciliation/match';
import { enumOf } from '../enums';
import { JobType, RunStatusEnum } from '../jobs/types';
import { connectionType, countedConnectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { DateTime } from '../scalars';
import { NodeType } from '../types';

export const BreakSubjectEnum = enumOf('BreakSubject', BREAK_SUBJECTS);
export const BreakKindEnum = enumOf('BreakKind', BREAK_KINDS);
export const BreakStatusEnum = enumOf('BreakStatus', BREAK_STATUSES);
export const BreakFixEnum = enumOf(
  'BreakFix',
  BREAK_FIXES,
  'Fixes that reconciliation suggests, never done without resolveBreak. The refund of unapplied money by policy runs by itself and resolves its break.',
);

@ObjectType('ReconciliationRun', { implements: [NodeType, JobType], simpleResolvers: true })
export class ReconciliationRunType {
  @Field(() => ID)
  id!: string;

  @Field(() => RunStatusEnum)
  status!: JobStatus;

  @Field(() => DateTime, { nullable: true })
  startedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  finishedAt!: Date | null;
}

@ObjectType('ReconciliationBreak', { implements: NodeType, simpleResolvers: true })
export class ReconciliationBreakType {
  @Field(() => BreakSubjectEnum)
  subject!: BreakSubject;

  @Field(() => BreakKindEnum)
  kind!: BreakKind;

  @Field(() => String, { nullable: true })
  providerEntryId!: string | null;

  @Field(() => BreakStatusEnum)
  status!: BreakStatus;

  @Field(() => String, { nullable: true })
  providerIntentId!: string | null;

  @Field(() => String, { nullable: true })
  note!: string | null;

  @Field(() => ID, { nullable: true })
  resolvedBy!: string | null;

  @Field(() => DateTime, { nullable: true })
  resolvedAt!: Date | null;
}

export const ReconciliationRunConnectionType = connectionType('ReconciliationRun', ReconciliationRunType);
export const ReconciliationBreakConnectionType = countedConnectionType(
  'ReconciliationBreak',
  ReconciliationBreakType,
);

@ObjectType('StartReconciliationPayload', { simpleResolvers: true })
export class StartReconciliationPayloadType {
  @Field(() => ReconciliationRunType, { nullable: true })
  run!: ReconciliationRunType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('ResolveBreakPayload', { simpleResolvers: true })
export class ResolveBreakPayloadType {
  @Field(() => ReconciliationBreakType, { nullable: true })
  break!: ReconciliationBreakType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
