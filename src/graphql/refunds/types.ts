import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { REFUND_STATUSES, type RefundStatus } from '../../refunds/refund.entity';
import { BalanceType } from '../credits/types';
import { enumOf } from '../enums';
import { PaymentIntentType } from '../intents/types';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime } from '../scalars';
import { DateTimeRangeInput, NodeType } from '../types';

export const RefundStatusEnum = enumOf('RefundStatus', REFUND_STATUSES);

@ObjectType('Refund', { implements: NodeType, simpleResolvers: true })
export class RefundType {
  @Field(() => ID)
  id!: string;

  @Field(() => Credits)
  creditsRevoked!: bigint;

  @Field(() => RefundStatusEnum)
  status!: RefundStatus;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  completedAt!: Date | null;
}

export const RefundConnectionType = connectionType('Refund', RefundType);

@ObjectType('RefundPreview', {
  description: 'What a refund of this size would do, before it is done.',
  simpleResolvers: true,
})
export class RefundPreviewType {
  @Field(() => Credits)
  creditsToRevoke!: bigint;

  @Field(() => Credits)
  unspent!: bigint;

  @Field(() => Credits)
  wouldOwe!: bigint;

  @Field(() => Boolean, {
    description:
      'True: what is left after it is less than the provider sends back, and cannot go back by itself.',
  })
  restBelowMinimum!: boolean;
}

@InputType('RefundFilter')
export class RefundFilterInput {
  @Field(() => [RefundStatusEnum], { nullable: true })
  status?: RefundStatus[] | null;

  @Field(() => ID, { nullable: true })
  userId?: string | null;

  @Field(() => ID, { nullable: true })
  intentId?: string | null;

  @Field(() => DateTimeRangeInput, { nullable: true })
  createdAt?: DateTimeRangeInput | null;
}

@InputType('RefundIntentInput')
export class RefundIntentInputType {
  @Field(() => ID)
  intentId!: string;

  @Field(() => Int, { nullable: true, description: 'Whole rest when left out.' })
  amountCents?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'refundPreview.left as it was shown: when another amount is left by now nothing is sent.',
  })
  seenLeftCents?: number | null;

  @Field(() => String, { description: 'For operators; the user does not read it.' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'What the user is told.' })
  publicReason?: string | null;

  @Field(() => String)
  idempotencyKey!: string;
}

@ObjectType('RefundIntentPayload', { simpleResolvers: true })
export class RefundIntentPayloadType {
  @Field(() => RefundType, { nullable: true })
  refund!: RefundType | null;

  @Field(() => PaymentIntentType, { nullable: true })
  intent!: PaymentIntentType | null;

  @Field(() => BalanceType, { nullable: true })
  balance!: BalanceType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already did it.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
