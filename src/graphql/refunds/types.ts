import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { REFUND_STATUSES, type RefundStatus } from '../../refunds/refund.entity';
import { BalanceType } from '../credits/types';
import { enumOf } from '../enums';
import { PaymentIntentType } from '../intents/types';
import { CENTS_ARE_MINOR } from '../money/minor';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { BigIntString, Credits, DateTime } from '../scalars';
import { DateTimeRangeInput, NodeType } from '../types';

export const RefundStatusEnum = enumOf(
  'RefundStatus',
  REFUND_STATUSES,
  'How far the money is on its way back.',
  {
    pending: 'Asked for; its credits are frozen meanwhile.',
    succeeded: 'The provider sent it; its credits have left.',
    failed: 'The provider could not; its credits are free again.',
  },
);

@ObjectType('Refund', {
  description: 'Money that goes back to the payer, and the credits that leave for it.',
  implements: NodeType,
  simpleResolvers: true,
})
export class RefundType {
  @Field(() => ID)
  id!: string;

  @Field(() => Credits, { description: 'Credits that left the balance for it; 0 until succeeded.' })
  creditsRevoked!: bigint;

  @Field(() => RefundStatusEnum, { description: 'How far the money is.' })
  status!: RefundStatus;

  @Field(() => DateTime, { description: 'When it was asked for; lists are in this order.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it succeeded or failed; null until then.', nullable: true })
  completedAt!: Date | null;
}

export const RefundConnectionType = connectionType('Refund', RefundType);

@ObjectType('RefundPreview', {
  description: 'What a refund of this size would do, before it is done.',
  simpleResolvers: true,
})
export class RefundPreviewType {
  @Field(() => Credits, { description: 'Credits that would leave.' })
  creditsToRevoke!: bigint;

  @Field(() => Credits, { description: 'Credits of this purchase that nobody has spent.' })
  unspent!: bigint;

  @Field(() => Credits, { description: 'Credits that the user would owe after it.' })
  wouldOwe!: bigint;

  @Field(() => Credits, { description: 'Of the bonus that came with it: credits that would be taken back.' })
  bonusToRevoke!: bigint;

  @Field(() => Credits, {
    description: 'Of that bonus: credits that belong to this money too, and are spent or on hold. They stay.',
  })
  bonusSpent!: bigint;

  @Field(() => Boolean, {
    description:
      'True: what is left after it is less than the provider sends back, and cannot go back by itself.',
  })
  restBelowMinimum!: boolean;
}

@InputType('RefundFilter', {
  description: 'Which refunds; all given conditions must hold, a list means any of.',
})
export class RefundFilterInput {
  @Field(() => [RefundStatusEnum], { description: 'How far the money is.', nullable: true })
  status?: RefundStatus[] | null;

  @Field(() => ID, { description: 'Of purchases of this user.', nullable: true })
  userId?: string | null;

  @Field(() => ID, { description: 'Of this purchase.', nullable: true })
  intentId?: string | null;

  @Field(() => DateTimeRangeInput, {
    description: 'Span of time in which they were asked for.',
    nullable: true,
  })
  createdAt?: DateTimeRangeInput | null;
}

@InputType('RefundIntentInput', { description: 'Which payment goes back, how much of it, and why.' })
export class RefundIntentInputType {
  @Field(() => ID, { description: 'Of the purchase, int_….' })
  intentId!: string;

  @Field(() => BigIntString, {
    description: 'In minor units of the payment. Left out: all that is left.',
    nullable: true,
  })
  amountMinor?: bigint | null;

  @Field(() => Int, {
    description: 'In minor units of the payment.',
    deprecationReason: CENTS_ARE_MINOR('amountMinor'),
    nullable: true,
  })
  amountCents?: number | null;

  @Field(() => BigIntString, {
    description:
      'refundPreview.left in minor units, as it was shown: when another amount is left by now nothing is sent.',
    nullable: true,
  })
  seenLeftMinor?: bigint | null;

  @Field(() => Int, {
    description: 'refundPreview.left in minor units.',
    deprecationReason: CENTS_ARE_MINOR('seenLeftMinor'),
    nullable: true,
  })
  seenLeftCents?: number | null;

  @Field(() => String, { description: 'For operators; the user does not read it.' })
  reason!: string;

  @Field(() => String, { nullable: true, description: 'What the user is told.' })
  publicReason?: string | null;

  @Field(() => String, {
    description: 'Made by the client, 1 to 255 characters: the same key and input send back once.',
  })
  idempotencyKey!: string;
}

@ObjectType('RefundIntentPayload', {
  description: 'The refund, and what it did to the purchase and the balance.',
  simpleResolvers: true,
})
export class RefundIntentPayloadType {
  @Field(() => RefundType, {
    description: 'pending until the provider has sent the money; null when nothing was asked for.',
    nullable: true,
  })
  refund!: RefundType | null;

  @Field(() => PaymentIntentType, {
    description: 'The purchase after it; null when nothing was done.',
    nullable: true,
  })
  intent!: PaymentIntentType | null;

  @Field(() => BalanceType, {
    description: 'Of the user, after it; null when nothing was done.',
    nullable: true,
  })
  balance!: BalanceType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already did it.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
