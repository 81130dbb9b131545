import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { ProviderName } from '../../providers/provider';
import type { WebhookStatus } from '../../webhooks/event.entity';
import { enumOf, ProviderEnum } from '../enums';
import { connectionType } from '../paging';
import { DateTime } from '../scalars';
import { NodeType } from '../types';

const STATUSES = [
  'received',
  'parked',
  'processing',
  'processed',
  'ignored',
  'quarantined',
  'failed',
  'dead',
] as const satisfies readonly WebhookStatus[];

export const WebhookStatusEnum = enumOf(
  'WebhookStatus',
  STATUSES,
  'parked: its payment is not known yet. quarantined: livemode or account does not fit (a wrong amount or currency is settled as mismatched, and the event is processed). dead: gave up after the last attempt.',
  {
    received: 'Stored, and not worked yet.',
    processing: 'A process is at it.',
    processed: 'Worked: what it told is settled.',
    failed: 'The last try came to nothing; it is tried again.',
    dead: 'Given up after the last try; replayWebhookEvents works it again.',
    ignored: 'Nothing that concerns this gateway.',
    parked: 'Its payment is not known yet; it waits for that.',
    quarantined: 'Of another mode or account; nothing is done by it.',
  },
);

/** One attempt at an event that came in; those at what goes out look the same. */
@ObjectType('WebhookAttempt', { description: 'One try to work or to send an event.', simpleResolvers: true })
export class WebhookAttemptType {
  @Field(() => Int, { description: 'Counted from 1.' })
  number!: number;

  @Field(() => DateTime, { description: 'When it began.' })
  at!: Date;

  @Field(() => Int, { description: 'How long it took, in milliseconds.' })
  durationMs!: number;

  @Field(() => Boolean, { description: 'False: see `error`.' })
  succeeded!: boolean;

  @Field(() => String, { description: 'Why it came to nothing; null when it did not.', nullable: true })
  error!: string | null;
}

@ObjectType('WebhookEvent', {
  description: 'Something that a provider told us, stored before it was answered.',
  implements: NodeType,
  simpleResolvers: true,
})
export class WebhookEventType {
  @Field(() => ID)
  id!: string;

  @Field(() => ProviderEnum, { description: 'Who sent it.' })
  provider!: ProviderName;

  @Field(() => String, { description: "The provider's own id of it." })
  providerEventId!: string;

  @Field(() => String, { description: "What happened, in the provider's own words." })
  type!: string;

  @Field(() => WebhookStatusEnum, { description: 'How far it was worked.' })
  status!: WebhookStatus;

  @Field(() => Int, { description: 'How often the provider sent it again.' })
  duplicateCount!: number;

  @Field(() => DateTime, { description: 'When it came; lists are in this order.' })
  receivedAt!: Date;

  @Field(() => DateTime, { description: 'When its work was done; null until then.', nullable: true })
  processedAt!: Date | null;
}

export const WebhookEventConnectionType = connectionType('WebhookEvent', WebhookEventType);
