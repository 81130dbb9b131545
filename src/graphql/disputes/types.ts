import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { DISPUTE_STATUSES, type DisputeStatus } from '../../disputes/dispute.entity';
import { enumOf } from '../enums';
import { countedConnectionType } from '../paging';
import { Credits, DateTime } from '../scalars';
import { DateTimeRangeInput, NodeType } from '../types';

export const DisputeStatusEnum = enumOf(
  'DisputeStatus',
  DISPUTE_STATUSES,
  'A dispute the payer opened at the bank. An inquiry moves no money; a chargeback freezes the credits until it is decided.',
);

@ObjectType('Dispute', { implements: NodeType, simpleResolvers: true })
export class DisputeType {
  @Field(() => ID)
  id!: string;

  @Field(() => DisputeStatusEnum)
  status!: DisputeStatus;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Field(() => DateTime, { nullable: true })
  respondBy!: Date | null;

  @Field(() => Credits)
  creditsFrozen!: bigint;

  @Field(() => DateTime)
  openedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  closedAt!: Date | null;
}

export const DisputeConnectionType = countedConnectionType('Dispute', DisputeType);

@InputType('DisputeFilter')
export class DisputeFilterInput {
  @Field(() => [DisputeStatusEnum], { nullable: true })
  status?: DisputeStatus[] | null;

  @Field(() => DateTimeRangeInput, { nullable: true })
  openedAt?: DateTimeRangeInput | null;
}
