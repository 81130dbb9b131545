import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { HOLD_STATUSES, type HoldStatus } from '../../credits/hold.entity';
import type { Metadata } from '../../kernel/metadata';
import { enumOf } from '../enums';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime, MetadataScalar } from '../scalars';
import { DateTimeRangeInput, MetadataFilterInput, NodeType } from '../types';
import { BalanceType, CreditTransactionType } from './types';

export const HoldStatusEnum = enumOf('HoldStatus', HOLD_STATUSES);

@ObjectType('CreditHold', {
  description:
    'Credits set aside before the work is done. Settle for what was used (less or, where allowed, more); the rest returns by itself.',
  implements: NodeType,
  simpleResolvers: true,
})
export class CreditHoldType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  userId!: string;

  @Field(() => Credits)
  credits!: bigint;

  @Field(() => Credits, { nullable: true })
  settledCredits!: bigint | null;

  @Field(() => HoldStatusEnum)
  status!: HoldStatus;

  @Field(() => String, { nullable: true, description: "The caller's own number of it, as it was given." })
  reference!: string | null;

  @Field(() => MetadataScalar, {
    nullable: true,
    description: 'What the caller wrote on it, as it was given.',
  })
  metadata!: Metadata | null;

  @Field(() => DateTime)
  expiresAt!: Date;

  @Field(() => DateTime)
  createdAt!: Date;
}

export const CreditHoldConnectionType = connectionType('CreditHold', CreditHoldType);

@InputType('HoldFilter', {
  description: 'All given conditions must hold; a list means any of. Without status: any.',
})
export class HoldFilterInput {
  @Field(() => [HoldStatusEnum], { nullable: true })
  status?: HoldStatus[] | null;

  @Field(() => ID, { nullable: true })
  userId?: string | null;

  @Field(() => String, { nullable: true })
  reference?: string | null;

  @Field(() => MetadataFilterInput, { nullable: true })
  metadata?: MetadataFilterInput | null;

  @Field(() => DateTimeRangeInput, { nullable: true })
  createdAt?: DateTimeRangeInput | null;
}

@InputType('HoldCreditsInput')
export class HoldCreditsInputType {
  @Field(() => ID, { nullable: true })
  userId?: string | null;

  @Field(() => Credits)
  credits!: bigint;

  @Field(() => String)
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Your own number of it, 1 to 255 characters; it need not be unique. The user can read it.',
  })
  reference?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'For your own books. The user can read it.' })
  metadata?: Metadata | null;

  @Field(() => Int, { defaultValue: 3600 })
  ttlSeconds!: number;

  @Field(() => String)
  idempotencyKey!: string;
}

@InputType('SettleHoldInput')
export class SettleHoldInputType {
  @Field(() => ID)
  id!: string;

  @Field(() => Credits)
  credits!: bigint;

  @Field(() => String)
  idempotencyKey!: string;
}

@InputType('ReleaseHoldInput')
export class ReleaseHoldInputType {
  @Field(() => ID)
  id!: string;
}

@ObjectType('HoldPayload', { simpleResolvers: true })
export class HoldPayloadType {
  @Field(() => CreditHoldType, { nullable: true })
  hold!: CreditHoldType | null;

  @Field(() => CreditTransactionType, { nullable: true })
  transaction!: CreditTransactionType | null;

  @Field(() => BalanceType, { nullable: true })
  balance!: BalanceType | null;

  @Field(() => Boolean, {
    description: 'True when an earlier call with this key, or an earlier release, already did it.',
  })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
