import { Field, ID, ObjectType } from 'type-graphql';
import type { JobStatus } from '../../jobs/job.entity';
import { BREAK_STATUSES, type BreakStatus } from '../../reconciliation/break.entity';
import { BREAK_FIXES } from '../../reconciliation/fixes';
import { BREAK_KINDS, BREAK_SUBJECTS, type BreakKind, type BreakSubject } from '../../reconciliation/match';
import { enumOf } from '../enums';
import { JobType, RunStatusEnum } from '../jobs/types';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { DateTime } from '../scalars';
import { NodeType } from '../types';

export const BreakSubjectEnum = enumOf(
  'BreakSubject',
  BREAK_SUBJECTS,
  "What differs between the provider's books and ours.",
  {
    payment: 'Money from a payer.',
    refund: 'Money back to a payer.',
    dispute: 'Money that a bank took or gave back.',
    fee: 'What the provider keeps for itself.',
    payout: 'What the provider sent to the bank account.',
  },
);
export const BreakKindEnum = enumOf(
  'BreakKind',
  BREAK_KINDS,
  'How the books differ; docs/reconciliation.md says what each means.',
  {
    missing_here: 'The provider has it and we do not.',
    missing_at_provider: 'We have it and the provider does not.',
    amount_mismatch: 'Both have it, with different amounts.',
    status_mismatch: 'Both have it, and disagree on how far it is.',
    currency_mismatch: 'Both have it, in different currencies.',
    duplicate: 'The same twice: in the books, or a second payment of one purchase.',
    credits_not_granted: 'It was paid for, and its credits are not in the ledger.',
    unapplied: 'Money that bought nothing.',
    unknown_payment: 'It belongs to no purchase of this gateway.',
    fee_mismatch: 'Another fee than was booked, or one that belongs to nothing.',
    payout_mismatch: 'Its parts do not add up to what the bank got.',
    more_back_than_paid: 'More went back than had come.',
  },
);
export const BreakStatusEnum = enumOf('BreakStatus', BREAK_STATUSES, 'Whether anybody still has to look.', {
  open: 'Waits for a person.',
  resolved: 'Settled, by a fix or because a later run found it in order.',
  ignored: 'A person decided to leave it; another fix can take it up again.',
});
export const BreakFixEnum = enumOf(
  'BreakFix',
  BREAK_FIXES,
  'Fixes that reconciliation suggests, never done without resolveBreak. The refund of unapplied money by policy runs by itself and resolves its break.',
  {
    restore_intent:
      "Makes the purchase again that a restore of the database lost, from the provider's object, and settles what it says.",
    mark_succeeded: 'Asks the provider for the intent and settles what it says.',
    mark_failed: 'Offered by nothing; here for clients that know it.',
    grant_credits: 'Asks the provider for the intent, and grants what was paid for.',
    apply_to_intent:
      'Gives the payer the package for money that bought nothing; else asks the provider and books what it says.',
    refund_at_provider: 'Sends back what is left of the money.',
    book_fee: 'Posts it: clearing to fees.',
    adjust: "Books what the provider's books have and ours do not.",
    accept_loss: 'Changes nothing: both books have it, and it is lost.',
    ignore: 'Changes nothing: both sides have the same money.',
  },
);

@ObjectType('ReconciliationRun', {
  description: "One comparison of a provider's books with ours, over a span of time.",
  implements: [NodeType, JobType],
  simpleResolvers: true,
})
export class ReconciliationRunType {
  @Field(() => ID)
  id!: string;

  @Field(() => RunStatusEnum)
  status!: JobStatus;

  @Field(() => DateTime, {
    description: 'When it first got to work; null while it is queued.',
    nullable: true,
  })
  startedAt!: Date | null;

  @Field(() => DateTime, { description: 'When it ended, however it did; null until then.', nullable: true })
  finishedAt!: Date | null;
}

@ObjectType('ReconciliationBreak', {
  description:
    "A difference between the provider's books and ours, or money that bought nothing. Never deleted.",
  implements: NodeType,
  simpleResolvers: true,
})
export class ReconciliationBreakType {
  @Field(() => BreakSubjectEnum, { description: 'What differs.' })
  subject!: BreakSubject;

  @Field(() => BreakKindEnum, { description: 'How it differs.' })
  kind!: BreakKind;

  @Field(() => String, {
    description: "The provider's id of the line, payment, refund, dispute or payout.",
    nullable: true,
  })
  providerEntryId!: string | null;

  @Field(() => BreakStatusEnum, { description: 'Whether anybody still has to look at it.' })
  status!: BreakStatus;

  @Field(() => String, {
    description: "The provider's id of its intent or order; null when none is known.",
    nullable: true,
  })
  providerIntentId!: string | null;

  @Field(() => String, {
    description: 'What was written when it was settled; null until then.',
    nullable: true,
  })
  note!: string | null;

  @Field(() => ID, {
    description: 'Id of a person, or reconciliation for a later run; null until then.',
    nullable: true,
  })
  resolvedBy!: string | null;

  @Field(() => DateTime, { description: 'When it was settled or ignored; null until then.', nullable: true })
  resolvedAt!: Date | null;
}

export const ReconciliationRunConnectionType = connectionType('ReconciliationRun', ReconciliationRunType);
export const ReconciliationBreakConnectionType = connectionType(
  'ReconciliationBreak',
  ReconciliationBreakType,
);

@ObjectType('StartReconciliationPayload', { description: 'The run that begins.', simpleResolvers: true })
export class StartReconciliationPayloadType {
  @Field(() => ReconciliationRunType, { description: 'Queued; null when none was started.', nullable: true })
  run!: ReconciliationRunType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('ResolveBreakPayload', { description: 'The difference after the fix.', simpleResolvers: true })
export class ResolveBreakPayloadType {
  @Field(() => ReconciliationBreakType, {
    description: 'As it is now; null when nothing was done.',
    nullable: true,
  })
  break!: ReconciliationBreakType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
