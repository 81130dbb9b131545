import { Field, ID, Int, ObjectType } from 'type-graphql';
import { connectionType } from '../paging';
import { DateTime } from '../scalars';
import { NodeType } from '../types';
import { IntentStatusEnum } from './types';

@ObjectType('IntentEvent', {
  description: 'One entry in the history of a purchase.',
  implements: NodeType,
  simpleResolvers: true,
})
export class IntentEventType {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, {
    description: 'Its place among the changes of the intent: PaymentIntent.version after it.',
  })
  sequence!: number;

  @Field(() => String, {
    description:
      'created, provider_called, webhook_received, status_changed, credits_granted, refund_issued, note…',
  })
  kind!: string;

  @Field(() => DateTime, { description: 'When it was committed.' })
  at!: Date;

  @Field(() => IntentStatusEnum, {
    description: 'Before it; null where it changed no status.',
    nullable: true,
  })
  fromStatus!: string | null;

  @Field(() => IntentStatusEnum, {
    description: 'After it; null where it changed no status.',
    nullable: true,
  })
  toStatus!: string | null;
}

export const IntentEventConnectionType = connectionType('IntentEvent', IntentEventType);
