import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { APPROVAL_STATUSES, type ApprovalStatus } from '../../refunds/approval.entity';
import { enumOf } from '../enums';
import { MoneyInputType } from '../money/types';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime } from '../scalars';
import { NodeType } from '../types';

export const ApprovalStatusEnum = enumOf(
  'ApprovalStatus',
  APPROVAL_STATUSES,
  'Manual money above a configured size waits for a second person.',
);

@ObjectType('Approval', { implements: NodeType, simpleResolvers: true })
export class ApprovalType {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  action!: string;

  @Field(() => String)
  summary!: string;

  @Field(() => Credits, { nullable: true })
  credits!: bigint | null;

  @Field(() => ID)
  requestedBy!: string;

  @Field(() => ID, { nullable: true })
  decidedBy!: string | null;

  @Field(() => String, { nullable: true })
  note!: string | null;

  @Field(() => ApprovalStatusEnum)
  status!: ApprovalStatus;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true })
  decidedAt!: Date | null;
}

export const ApprovalConnectionType = connectionType('Approval', ApprovalType);

@InputType('SeenApprovalInput', { description: 'What an approval moves as it was shown; null: nothing.' })
class SeenApprovalInputType {
  @Field(() => MoneyInputType, { nullable: true })
  amount?: MoneyInputType | null;

  @Field(() => Credits, { nullable: true })
  credits?: bigint | null;
}

@InputType('DecideApprovalInput')
export class DecideApprovalInputType {
  @Field(() => ID)
  id!: string;

  @Field(() => Boolean)
  approve!: boolean;

  @Field(() => SeenApprovalInputType, {
    nullable: true,
    description: 'When it moves something else by now nothing is decided.',
  })
  seen?: SeenApprovalInputType | null;

  @Field(() => String)
  note!: string;
}

@ObjectType('ApprovalPayload', { simpleResolvers: true })
export class ApprovalPayloadType {
  @Field(() => ApprovalType, { nullable: true })
  approval!: ApprovalType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
