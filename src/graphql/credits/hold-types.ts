import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { HOLD_STATUSES, type HoldStatus } from '../../credits/hold.entity';
import type { Metadata } from '../../kernel/metadata';
import { enumOf } from '../enums';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime, MetadataScalar } from '../scalars';
import { DateTimeRangeInput, MetadataFilterInput, NodeType } from '../types';
import { WALLET_ID } from '../wallets/named';
import { BalanceType, CreditTransactionType } from './types';
import { UsageChargeType, UsageInputType } from './usage-types';

export const HoldStatusEnum = enumOf(
  'HoldStatus',
  HOLD_STATUSES,
  'What became of credits that were set aside.',
  {
    open: 'Still set aside.',
    settled: 'Spent, in whole or in part.',
    released: 'Returned by releaseHold.',
    expired: 'Returned because their time was over.',
  },
);

@ObjectType('CreditHold', {
  description:
    'Credits set aside before the work is done. Settle for what was used (less or, where allowed, more); the rest returns by itself.',
  implements: NodeType,
  simpleResolvers: true,
})
export class CreditHoldType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'Whose credits are set aside.' })
  userId!: string;

  @Field(() => Credits, { description: 'How many were set aside, in whole credits.' })
  credits!: bigint;

  @Field(() => Credits, {
    description: 'How many were spent of it in the end; null until settled.',
    nullable: true,
  })
  settledCredits!: bigint | null;

  @Field(() => HoldStatusEnum, { description: 'open until it is settled, released or its time is over.' })
  status!: HoldStatus;

  @Field(() => String, { nullable: true, description: "The caller's own number of it, as it was given." })
  reference!: string | null;

  @Field(() => MetadataScalar, {
    nullable: true,
    description: 'What the caller wrote on it, as it was given.',
  })
  metadata!: Metadata | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Who spends of it: the member that the back end named, or who held of a shared wallet.',
  })
  memberId!: string | null;

  @Field(() => DateTime, { description: 'When the rest returns by itself.' })
  expiresAt!: Date;

  @Field(() => DateTime, { description: 'When holdCredits set them aside.' })
  createdAt!: Date;
}

export const CreditHoldConnectionType = connectionType('CreditHold', CreditHoldType);

@InputType('HoldFilter', {
  description: 'All given conditions must hold; a list means any of. Without status: any.',
})
export class HoldFilterInput {
  @Field(() => [HoldStatusEnum], { description: 'Any of these.', nullable: true })
  status?: HoldStatus[] | null;

  @Field(() => ID, { description: 'Only of this person.', nullable: true })
  userId?: string | null;

  @Field(() => String, { description: "Exactly this number of the caller's own.", nullable: true })
  reference?: string | null;

  @Field(() => MetadataFilterInput, { description: 'With this key and value.', nullable: true })
  metadata?: MetadataFilterInput | null;

  @Field(() => DateTimeRangeInput, {
    description: 'Span of time in which they were set aside.',
    nullable: true,
  })
  createdAt?: DateTimeRangeInput | null;
}

@InputType('HoldCreditsInput', { description: 'How many credits to set aside, for how long, and why.' })
export class HoldCreditsInputType {
  @Field(() => ID, { description: "Service only: whose. Left out: the caller's own.", nullable: true })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'Service only: by which member of the user or the shared wallet, 1 to 255 characters. Limits of that member bind it. A member holds by their own name.',
  })
  memberId?: string | null;

  @Field(() => Credits, { nullable: true, description: 'Whole credits, at least 1. Either this or usage.' })
  credits?: bigint | null;

  @Field(() => [UsageInputType], {
    nullable: true,
    description:
      'What it may use at most, 1 to 20 parts, instead of credits: set aside is what it costs by the rates of now.',
  })
  usage?: UsageInputType[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'So many per cent more than the usage costs are set aside, 0 to 1000; left out: 0.',
  })
  marginPercent?: number | null;

  @Field(() => String, { description: 'Why, 1 to 500 characters. The user reads it.' })
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Your own number of it, 1 to 255 characters; it need not be unique. The user can read it.',
  })
  reference?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'For your own books. The user can read it.' })
  metadata?: Metadata | null;

  @Field(() => Int, {
    description: 'After so many seconds it ends by itself: 1 to 86400.',
    defaultValue: 3600,
  })
  ttlSeconds!: number;

  @Field(() => String, {
    description: 'Made by the client, 1 to 255 characters: the same key and input hold once.',
  })
  idempotencyKey!: string;
}

@InputType('SettleHoldInput', { description: 'How many of the held credits were used.' })
export class SettleHoldInputType {
  @Field(() => ID, { description: 'Of the hold, hld_….' })
  id!: string;

  @Field(() => Credits, {
    nullable: true,
    description: 'Whole credits to spend of it; what is left returns. Either this or usage.',
  })
  credits?: bigint | null;

  @Field(() => [UsageInputType], {
    nullable: true,
    description:
      'What was used, instead of credits: priced by the rates of when the hold was made. Where it costs more than there is, all of it is taken.',
  })
  usage?: UsageInputType[] | null;

  @Field(() => String, {
    description: 'Made by the client, 1 to 255 characters: the same key and input settle once.',
  })
  idempotencyKey!: string;
}

@InputType('ReleaseHoldInput', { description: 'Which hold returns whole.' })
export class ReleaseHoldInputType {
  @Field(() => ID, { description: 'Of the hold, hld_….' })
  id!: string;
}

/** What the payloads of several mutations have in common; no type of the schema by itself. */
@ObjectType({ simpleResolvers: true })
abstract class HoldPayloadFields {
  @Field(() => CreditHoldType, { description: 'As it is now; null when nothing was done.', nullable: true })
  hold!: CreditHoldType | null;

  @Field(() => CreditTransactionType, {
    description: 'What was spent by it; null where nothing was.',
    nullable: true,
  })
  transaction!: CreditTransactionType | null;

  @Field(() => BalanceType, {
    description: 'Of the user, after it; null when nothing was done.',
    nullable: true,
  })
  balance!: BalanceType | null;

  @Field(() => Boolean, {
    description: 'True when an earlier call with this key, or an earlier release, already did it.',
  })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('HoldCreditsPayload', {
  description: 'What is set aside, and the balance without it.',
  simpleResolvers: true,
})
export class HoldCreditsPayloadType extends HoldPayloadFields {}

@ObjectType('SettleHoldPayload', {
  description: 'What was spent of it, and the balance after that.',
  simpleResolvers: true,
})
export class SettleHoldPayloadType extends HoldPayloadFields {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'True when all that this key settled was given back: its work is not paid for. Null when nothing was done.',
  })
  reversed!: boolean | null;

  @Field(() => UsageChargeType, {
    nullable: true,
    description: 'What usage came to; null of whole credits, and when nothing was done.',
  })
  usage!: UsageChargeType | null;
}

@ObjectType('ReleaseHoldPayload', {
  description: 'What was set aside, returned to the balance.',
  simpleResolvers: true,
})
export class ReleaseHoldPayloadType extends HoldPayloadFields {}
