import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../../deliveries/delivery.entity';
import { enumOf } from '../enums';
import { countedConnectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { DateTime } from '../scalars';
import { NodeType } from '../types';

export const DeliveryStatusEnum = enumOf('DeliveryStatus', DELIVERY_STATUSES);

@ObjectType('WebhookEndpoint', { implements: NodeType, simpleResolvers: true })
export class WebhookEndpointType {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  url!: string;

  @Field(() => [String])
  events!: string[];

  @Field(() => Boolean)
  enabled!: boolean;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => DateTime, { nullable: true })
  failingSince!: Date | null;

  @Field(() => DateTime)
  createdAt!: Date;
}

@ObjectType('Delivery', { implements: NodeType, simpleResolvers: true })
export class DeliveryType {
  @Field(() => ID)
  id!: string;

  @Field(() => DeliveryStatusEnum)
  status!: DeliveryStatus;

  @Field(() => DateTime)
  createdAt!: Date;
}

export const DeliveryConnectionType = countedConnectionType('Delivery', DeliveryType);

@ObjectType('WebhookEndpointPayload', { simpleResolvers: true })
export class WebhookEndpointPayloadType {
  @Field(() => WebhookEndpointType, { nullable: true })
  endpoint!: WebhookEndpointType | null;

  @Field(() => String, { nullable: true, description: 'Only in the answer that created it.' })
  secret!: string | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('ResendDeliveriesPayload', { simpleResolvers: true })
export class ResendDeliveriesPayloadType {
  @Field(() => Int)
  matched!: number;

  @Field(() => Int)
  queued!: number;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
