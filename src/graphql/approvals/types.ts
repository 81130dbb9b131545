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
  {
    open: 'Waits for a second person.',
    approved: 'Allowed, and about to be done.',
    rejected: 'A second person said no.',
    expired: 'Nobody decided within a week.',
    done: 'Allowed and carried out.',
  },
);

@ObjectType('Approval', {
  description:
    'Something that one person asked for and a second one has to allow: a refund, an adjustment, a fix or a price.',
  implements: NodeType,
  simpleResolvers: true,
})
export class ApprovalType {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'refund, adjust, resolve_break, save_package or save_campaign.' })
  action!: string;

  @Field(() => String, { description: 'What would be done, in a sentence for the second person.' })
  summary!: string;

  @Field(() => Credits, {
    description: 'Credits that would move, signed; null when none would.',
    nullable: true,
  })
  credits!: bigint | null;

  @Field(() => ID, { description: 'Id of the first person, who cannot decide it.' })
  requestedBy!: string;

  @Field(() => ID, {
    description: 'Id of the second person; null while it is open, and when its time ran out.',
    nullable: true,
  })
  decidedBy!: string | null;

  @Field(() => String, { description: 'What the second person wrote; null until then.', nullable: true })
  note!: string | null;

  @Field(() => ApprovalStatusEnum, { description: 'Whether it waits, and what became of it.' })
  status!: ApprovalStatus;

  @Field(() => DateTime, { description: 'When the first person asked. It waits a week from then.' })
  createdAt!: Date;

  @Field(() => DateTime, {
    description: 'When the second person answered or the week was over; null until then.',
    nullable: true,
  })
  decidedAt!: Date | null;
}

export const ApprovalConnectionType = connectionType('Approval', ApprovalType);

@InputType('SeenApprovalInput', { description: 'What an approval moves as it was shown; null: nothing.' })
class SeenApprovalInputType {
  @Field(() => MoneyInputType, { description: 'The money that was on screen.', nullable: true })
  amount?: MoneyInputType | null;

  @Field(() => Credits, { description: 'The credits that were on screen, signed.', nullable: true })
  credits?: bigint | null;
}

@InputType('DecideApprovalInput', { description: "A second person's answer." })
export class DecideApprovalInputType {
  @Field(() => ID, { description: 'Of the approval, apr_….' })
  id!: string;

  @Field(() => Boolean, { description: 'True: what was asked for is done now. False: it never is.' })
  approve!: boolean;

  @Field(() => SeenApprovalInputType, {
    nullable: true,
    description: 'When it moves something else by now nothing is decided.',
  })
  seen?: SeenApprovalInputType | null;

  @Field(() => String, { description: 'Why, for the audit log.' })
  note!: string;
}

@ObjectType('DecideApprovalPayload', { description: 'What became of it.', simpleResolvers: true })
export class DecideApprovalPayloadType {
  @Field(() => ApprovalType, {
    description: 'As it is after the decision; null when nothing was decided.',
    nullable: true,
  })
  approval!: ApprovalType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
