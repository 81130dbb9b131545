import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { SHARED_BY, type SharedBy } from '../../reviews/related';
import {
  REVIEW_REASONS,
  REVIEW_STATUSES,
  type ReviewReason,
  type ReviewStatus,
} from '../../risk/review.entity';
import { enumOf } from '../enums';
import { MoneyInputType } from '../money/types';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime } from '../scalars';
import { NodeType } from '../types';

export const RiskReviewStatusEnum = enumOf(
  'RiskReviewStatus',
  REVIEW_STATUSES,
  'Whether a person has said that the credits of a purchase may be spent.',
  {
    open: 'Nobody has; the credits are frozen.',
    approved: 'They may be spent.',
    rejected: 'What was left of the payment goes back as a fraud, and the credits with it.',
    expired: 'Nobody decided in time: the same.',
  },
);

export const RiskReviewReasonEnum = enumOf(
  'RiskReviewReason',
  REVIEW_REASONS,
  'Who wants a purchase looked at.',
  {
    rule: 'A rule of ours.',
    warning: 'The network of the card: an early warning of fraud.',
    provider_review: 'A rule of the provider.',
    dispute_fraud: 'The bank: it asks about a fraud, and has taken nothing yet.',
  },
);

@ObjectType('RiskReview', {
  description: 'A paid purchase that waits for a person; its credits cannot be spent meanwhile.',
  implements: NodeType,
  simpleResolvers: true,
})
export class RiskReviewType {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: '0 to 100; of what a provider says 100.' })
  score!: number;

  @Field(() => RiskReviewStatusEnum, { description: 'How it stands.' })
  status!: ReviewStatus;

  @Field(() => RiskReviewReasonEnum, { description: 'Why it was opened.' })
  reason!: ReviewReason;

  @Field(() => String, { description: 'What whoever decided wrote; null until then.', nullable: true })
  note!: string | null;

  @Field(() => DateTime, { description: 'When it was opened; the queue is in this order.' })
  openedAt!: Date;

  @Field(() => DateTime, { description: 'When it was decided; null until then.', nullable: true })
  decidedAt!: Date | null;

  @Field(() => ID, {
    description:
      'Id of who decided; `system` when time did, `provider` when somebody there did. Null until then.',
    nullable: true,
  })
  decidedBy!: string | null;
}

export const RiskSubjectKindEnum = enumOf(
  'RiskSubjectKind',
  SHARED_BY,
  'What two purchases have in common.',
  {
    card: 'The number of the card, as the provider knows it.',
    device: 'fingerprintId of createIntent.',
    address: 'The network that the payer came from.',
  },
);

@ObjectType('RelatedIntent', {
  description: 'Another purchase that may be of the same person.',
  simpleResolvers: true,
})
export class RelatedIntentType {
  @Field(() => [RiskSubjectKindEnum], { description: 'What both have in common, the strongest sign first.' })
  sharedBy!: readonly SharedBy[];
}

export const RiskReviewConnectionType = connectionType('RiskReview', RiskReviewType);

@InputType('SeenReviewInput', {
  description: 'What a review was about as it was shown; null: nobody looked.',
})
class SeenReviewInputType {
  @Field(() => MoneyInputType, {
    description: 'refundPreview.left of the purchase, for a rejection.',
    nullable: true,
  })
  left?: MoneyInputType | null;

  @Field(() => Credits, { description: 'frozenCredits of the review, for an approval.', nullable: true })
  frozenCredits?: bigint | null;
}

@InputType('DecideRiskReviewInput', { description: 'What a person says of a purchase that waits.' })
export class DecideRiskReviewInputType {
  @Field(() => ID, { description: 'Of the review, rev_….' })
  id!: string;

  @Field(() => Boolean, {
    description: 'True: its credits are free now. False: what is left of the payment goes back as a fraud.',
  })
  approve!: boolean;

  @Field(() => String, {
    description:
      'Why, for operators and, of a rejection, in the books of the provider; the user does not read it.',
  })
  note!: string;

  @Field(() => SeenReviewInputType, {
    description: 'When it is about something else by now nothing is decided.',
    nullable: true,
  })
  seen?: SeenReviewInputType | null;
}

@ObjectType('DecideRiskReviewPayload', { description: 'What became of it.', simpleResolvers: true })
export class DecideRiskReviewPayloadType {
  @Field(() => RiskReviewType, {
    description: 'As it is after the decision; null when nothing was decided.',
    nullable: true,
  })
  review!: RiskReviewType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
