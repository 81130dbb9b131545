import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { DISPUTE_STATUSES, type DisputeStatus } from '../../disputes/dispute.entity';
import type { ProviderName } from '../../providers/provider';
import { enumOf, ProviderEnum } from '../enums';
import { connectionType } from '../paging';
import { Credits, DateTime } from '../scalars';
import { DateTimeRangeInput, NodeType } from '../types';

export const DisputeStatusEnum = enumOf(
  'DisputeStatus',
  DISPUTE_STATUSES,
  'A dispute the payer opened at the bank. An inquiry moves no money; a chargeback freezes the credits until it is decided.',
  {
    inquiry: 'The bank asks; nothing has moved.',
    open: 'The money is with the bank, and the credits are frozen.',
    won: 'Decided for you: the money is back and the credits are free.',
    lost: 'Decided for the payer: the credits are gone.',
    closed: 'An inquiry that ended without more.',
  },
);

@ObjectType('Dispute', {
  description: 'A payer asked the bank for the money back.',
  implements: NodeType,
  simpleResolvers: true,
})
export class DisputeType {
  @Field(() => ID)
  id!: string;

  @Field(() => DisputeStatusEnum, { description: 'How far the bank is.' })
  status!: DisputeStatus;

  @Field(() => String, {
    description: "The provider's word for it, e.g. fraudulent; null when it gave none.",
    nullable: true,
  })
  reason!: string | null;

  @Field(() => DateTime, {
    description: 'Until when the provider takes evidence; null when there is no date.',
    nullable: true,
  })
  respondBy!: Date | null;

  @Field(() => Credits, { description: 'Credits that the user cannot spend until it is decided.' })
  creditsFrozen!: bigint;

  @Field(() => Credits, { description: 'Credits that left because it was lost.' })
  creditsRevoked!: bigint;

  @Field(() => ProviderEnum, { description: 'Where the payment was made.' })
  provider!: ProviderName;

  @Field(() => String, { description: "The provider's own id of it." })
  providerDisputeId!: string;

  @Field(() => DateTime, { description: 'When the provider says it began.' })
  openedAt!: Date;

  @Field(() => DateTime, { description: 'When it was decided; null until then.', nullable: true })
  closedAt!: Date | null;
}

export const DisputeConnectionType = connectionType('Dispute', DisputeType);

@InputType('DisputeFilter', {
  description: 'Which disputes; all given conditions must hold, a list means any of.',
})
export class DisputeFilterInput {
  @Field(() => [DisputeStatusEnum], { description: 'How far the bank is.', nullable: true })
  status?: DisputeStatus[] | null;

  @Field(() => DateTimeRangeInput, { description: 'Span of time in which they began.', nullable: true })
  openedAt?: DateTimeRangeInput | null;
}
