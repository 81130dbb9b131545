import { Field, ID, InputType } from 'type-graphql';
import type { ProviderName } from '../../providers/provider';
import type { WebhookStatus } from '../../webhooks/event.entity';
import { ProviderEnum } from '../enums';
import { DateTimeRangeInput } from '../types';
import { WebhookStatusEnum } from './types';

@InputType('WebhookEventFilter', {
  description: 'Which events; all given conditions must hold, a list means any of.',
})
export class WebhookEventFilterInput {
  @Field(() => String, {
    description:
      "An id in full: of the event, here or at the provider, or of the provider's object; or the beginning of an intent's id.",
    nullable: true,
  })
  search?: string | null;

  @Field(() => [ProviderEnum], { description: 'Who sent them.', nullable: true })
  provider?: ProviderName[] | null;

  @Field(() => [String], { description: "In the provider's own words.", nullable: true })
  type?: string[] | null;

  @Field(() => [WebhookStatusEnum], { description: 'How far they were worked.', nullable: true })
  status?: WebhookStatus[] | null;

  @Field(() => ID, { description: 'About this purchase.', nullable: true })
  intentId?: string | null;

  @Field(() => DateTimeRangeInput, { description: 'Span of time in which they came.', nullable: true })
  receivedAt?: DateTimeRangeInput | null;
}

/** schema.ts makes it a oneOf: exactly one field is given. */
@InputType('WebhookEventSelector', { description: 'Either single ones or all that a filter finds.' })
export class WebhookEventSelectorInput {
  @Field(() => [ID], { description: 'whe_…, at most 50.', nullable: true })
  ids?: string[] | null;

  @Field(() => WebhookEventFilterInput, { description: 'All that it finds.', nullable: true })
  filter?: WebhookEventFilterInput | null;
}

@InputType('ReplayWebhookEventsInput', { description: 'Which events to work once more.' })
export class ReplayWebhookEventsInputType {
  @Field(() => WebhookEventSelectorInput, { description: 'Single ones, or a filter.' })
  select!: WebhookEventSelectorInput;

  @Field(() => Boolean, { defaultValue: false, description: 'True: only count what would be replayed.' })
  dryRun!: boolean;
}
