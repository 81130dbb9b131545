import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../paging';
import { DateTime } from '../scalars';
import { NodeType } from '../types';
import { IntentStatusEnum } from './types';

@ObjectType('IntentEvent', { implements: NodeType, simpleResolvers: true })
export class IntentEventType {
  @Field(() => ID)
  id!: string;

  @Field(() => Int)
  sequence!: number;

  @Field(() => String, {
    description:
      'created, provider_called, webhook_received, status_changed, credits_granted, refund_issued, note…',
  })
  kind!: string;

  @Field(() => DateTime)
  at!: Date;

  @Field(() => IntentStatusEnum, { nullable: true })
  fromStatus!: string | null;

  @Field(() => IntentStatusEnum, { nullable: true })
  toStatus!: string | null;
}

export const IntentEventConnectionType = connectionType('IntentEvent', IntentEventType);
