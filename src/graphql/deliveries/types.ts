import { Field, ID, Int, ObjectType } from 'type-graphql';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../../deliveries/delivery.entity';
import { enumOf } from '../enums';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { DateTime } from '../scalars';
import { NodeType } from '../types';

export const DeliveryStatusEnum = enumOf('DeliveryStatus', DELIVERY_STATUSES, 'How far a delivery is.', {
  pending: 'Waits to be sent for the first time, or after resendDeliveries.',
  delivered: 'Your server answered with a 2xx.',
  failed: 'The last try came to nothing; it is tried again.',
  dead: 'Given up after the last try; resendDeliveries sends it again.',
});

@ObjectType('WebhookEndpoint', {
  description: 'A URL of your back end that is told what happens, by Standard Webhooks.',
  implements: NodeType,
  simpleResolvers: true,
})
export class WebhookEndpointType {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'Where each delivery is posted.' })
  url!: string;

  @Field(() => [String], { description: 'Patterns of what it is told, e.g. intent.*.' })
  events!: string[];

  @Field(() => Boolean, { description: 'False: switched off, and its deliveries wait.' })
  enabled!: boolean;

  @Field(() => String, {
    description: 'For people who read the list; null when nobody wrote one.',
    nullable: true,
  })
  description!: string | null;

  @Field(() => DateTime, {
    description: 'Since when every delivery has failed; null when the last one arrived.',
    nullable: true,
  })
  failingSince!: Date | null;

  @Field(() => DateTime, { description: 'When createWebhookEndpoint made it.' })
  createdAt!: Date;
}

@ObjectType('Delivery', {
  description: 'One event on its way to one endpoint.',
  implements: NodeType,
  simpleResolvers: true,
})
export class DeliveryType {
  @Field(() => ID)
  id!: string;

  @Field(() => DeliveryStatusEnum, { description: 'Whether it arrived, is tried again, or was given up.' })
  status!: DeliveryStatus;

  @Field(() => DateTime, { description: 'When it was queued; lists are in this order.' })
  createdAt!: Date;
}

export const DeliveryConnectionType = connectionType('Delivery', DeliveryType);

/** What the payloads of several mutations have in common; no type of the schema by itself. */
@ObjectType({ simpleResolvers: true })
abstract class WebhookEndpointPayloadFields {
  @Field(() => WebhookEndpointType, {
    description: 'As it is now, also one that was just deleted; null when nothing was done.',
    nullable: true,
  })
  endpoint!: WebhookEndpointType | null;

  @Field(() => String, { nullable: true, description: 'Only in the answer that created it.' })
  secret!: string | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('CreateWebhookEndpointPayload', {
  description: 'The new endpoint, and its secret this once.',
  simpleResolvers: true,
})
export class CreateWebhookEndpointPayloadType extends WebhookEndpointPayloadFields {}

@ObjectType('UpdateWebhookEndpointPayload', {
  description: 'The endpoint after the change.',
  simpleResolvers: true,
})
export class UpdateWebhookEndpointPayloadType extends WebhookEndpointPayloadFields {}

@ObjectType('DeleteWebhookEndpointPayload', {
  description: 'The endpoint that is told nothing any more.',
  simpleResolvers: true,
})
export class DeleteWebhookEndpointPayloadType extends WebhookEndpointPayloadFields {}

@ObjectType('RotateWebhookEndpointSecretPayload', {
  description: 'The endpoint, and its new secret this once.',
  simpleResolvers: true,
})
export class RotateWebhookEndpointSecretPayloadType extends WebhookEndpointPayloadFields {}

@ObjectType('SendTestDeliveryPayload', {
  description: 'The endpoint that is tested; Admin.deliveries shows what became of it.',
  simpleResolvers: true,
})
export class SendTestDeliveryPayloadType extends WebhookEndpointPayloadFields {}

@ObjectType('ResendDeliveriesPayload', {
  description: 'How many were found and queued.',
  simpleResolvers: true,
})
export class ResendDeliveriesPayloadType {
  @Field(() => Int, { description: 'How many the selection finds.' })
  matched!: number;

  @Field(() => Int, { description: 'How many go out again; 0 in a dry run.' })
  queued!: number;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
