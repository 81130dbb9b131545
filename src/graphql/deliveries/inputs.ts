import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { DeliveryStatus } from '../../deliveries/delivery.entity';
import { DateTimeRangeInput } from '../types';
import { DeliveryStatusEnum } from './types';

@InputType('WebhookEndpointInput')
export class WebhookEndpointInputType {
  @Field(() => String)
  url!: string;

  @Field(() => [String], { description: 'Patterns such as intent.* or credits.granted.' })
  events!: string[];

  @Field(() => Boolean, { defaultValue: true })
  enabled!: boolean;

  @Field(() => String, { nullable: true })
  description?: string | null;
}

@InputType('UpdateWebhookEndpointInput')
export class UpdateWebhookEndpointInputType {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  url?: string | null;

  @Field(() => [String], { nullable: true })
  events?: string[] | null;

  @Field(() => Boolean, { nullable: true })
  enabled?: boolean | null;

  @Field(() => String, { nullable: true })
  description?: string | null;
}

@InputType('WebhookEndpointIdInput')
export class WebhookEndpointIdInputType {
  @Field(() => ID)
  id!: string;
}

@InputType('DeliveryFilter')
export class DeliveryFilterInput {
  @Field(() => ID, { nullable: true })
  endpointId?: string | null;

  @Field(() => [DeliveryStatusEnum], { nullable: true })
  status?: DeliveryStatus[] | null;

  @Field(() => [String], { nullable: true })
  event?: string[] | null;

  @Field(() => DateTimeRangeInput, { nullable: true })
  createdAt?: DateTimeRangeInput | null;
}

@InputType('DeliverySelector')
export class DeliverySelectorInput {
  @Field(() => [ID], { nullable: true })
  ids?: string[] | null;

  @Field(() => DeliveryFilterInput, { nullable: true })
  filter?: DeliveryFilterInput | null;
}

@InputType('ResendDeliveriesInput')
export class ResendDeliveriesInputType {
  @Field(() => DeliverySelectorInput)
  select!: DeliverySelectorInput;

  @Field(() => Boolean, { defaultValue: false })
  dryRun!: boolean;
}

@ArgsType()
export class DeliveriesArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => DeliveryFilterInput, { nullable: true })
  filter?: DeliveryFilterInput | null;
}
