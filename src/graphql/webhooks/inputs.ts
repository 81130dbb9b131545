import { Field, ID, InputType } from 'type-graphql';
import type { ProviderName } from '../../providers/provider';
import type { WebhookStatus } from '../../webhooks/event.entity';
import { ProviderEnum } from '../enums';
import { DateTimeRangeInput } from '../types';
import { WebhookStatusEnum } from './types';

@InputType('WebhookEventFilter')
export class WebhookEventFilterInput {
  @Field(() => String, { nullable: true })
  search?: string | null;

  @Field(() => [ProviderEnum], { nullable: true })
  provider?: ProviderName[] | null;

  @Field(() => [String], { nullable: true })
  type?: string[] | null;

  @Field(() => [WebhookStatusEnum], { nullable: true })
  status?: WebhookStatus[] | null;

  @Field(() => ID, { nullable: true })
  intentId?: string | null;

  @Field(() => DateTimeRangeInput, { nullable: true })
  receivedAt?: DateTimeRangeInput | null;
}

/** schema.ts makes it a oneOf: exactly one field is given. */
@InputType('WebhookEventSelector')
export class WebhookEventSelectorInput {
  @Field(() => [ID], { nullable: true })
  ids?: string[] | null;

  @Field(() => WebhookEventFilterInput, { nullable: true })
  filter?: WebhookEventFilterInput | null;
}

@InputType('ReplayWebhookEventsInput')
export class ReplayWebhookEventsInputType {
  @Field(() => WebhookEventSelectorInput)
  select!: WebhookEventSelectorInput;

  @Field(() => Boolean, { defaultValue: false, description: 'True: only count what would be replayed.' })
  dryRun!: boolean;
}
