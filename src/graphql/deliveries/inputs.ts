import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { DeliveryStatus } from '../../deliveries/delivery.entity';
import { DateTimeRangeInput } from '../types';
import { DeliveryStatusEnum } from './types';

@InputType('WebhookEndpointInput', { description: 'A URL of yours and what it is told.' })
export class WebhookEndpointInputType {
  @Field(() => String, {
    description: 'Where to post; in live mode https to an address on the public internet.',
  })
  url!: string;

  @Field(() => [String], { description: 'Patterns such as intent.* or credits.granted.' })
  events!: string[];

  @Field(() => Boolean, { description: 'False: deliveries wait until it is enabled.', defaultValue: true })
  enabled!: boolean;

  @Field(() => String, {
    description: 'For people who read the list, at most 500 characters.',
    nullable: true,
  })
  description?: string | null;
}

@InputType('UpdateWebhookEndpointInput', { description: 'What to change; what is left out stays.' })
export class UpdateWebhookEndpointInputType {
  @Field(() => ID, { description: 'Of the endpoint, ept_….' })
  id!: string;

  @Field(() => String, {
    description: 'Where to post; in live mode https to an address on the public internet.',
    nullable: true,
  })
  url?: string | null;

  @Field(() => [String], {
    description: 'Patterns such as intent.* or credits.granted; they replace the old ones.',
    nullable: true,
  })
  events?: string[] | null;

  @Field(() => Boolean, { description: 'False: deliveries wait. True: they go out again.', nullable: true })
  enabled?: boolean | null;

  @Field(() => String, {
    description: 'For people who read the list, at most 500 characters.',
    nullable: true,
  })
  description?: string | null;
}

@InputType('WebhookEndpointIdInput', { description: 'Which endpoint is meant.' })
export class WebhookEndpointIdInputType {
  @Field(() => ID, { description: 'Of the endpoint, ept_….' })
  id!: string;
}

@InputType('DeliveryFilter', {
  description: 'Which deliveries; all given conditions must hold, a list means any of.',
})
export class DeliveryFilterInput {
  @Field(() => ID, { description: 'Only to this endpoint.', nullable: true })
  endpointId?: string | null;

  @Field(() => [DeliveryStatusEnum], { description: 'How far they came.', nullable: true })
  status?: DeliveryStatus[] | null;

  @Field(() => [String], { description: 'Exact types, e.g. intent.succeeded.', nullable: true })
  event?: string[] | null;

  @Field(() => DateTimeRangeInput, {
    description: 'Span of time in which the event happened.',
    nullable: true,
  })
  createdAt?: DateTimeRangeInput | null;
}

@InputType('DeliverySelector', { description: 'Either single ones or all that a filter finds.' })
export class DeliverySelectorInput {
  @Field(() => [ID], { description: 'dlv_…, at most 100.', nullable: true })
  ids?: string[] | null;

  @Field(() => DeliveryFilterInput, {
    description: 'All that it finds, the oldest 10 000 by one call.',
    nullable: true,
  })
  filter?: DeliveryFilterInput | null;
}

@InputType('ResendDeliveriesInput', { description: 'Which deliveries to send once more.' })
export class ResendDeliveriesInputType {
  @Field(() => DeliverySelectorInput, { description: 'Single ones, or a filter.' })
  select!: DeliverySelectorInput;

  @Field(() => Boolean, { description: 'True: only count what would be sent.', defaultValue: false })
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
