import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { ProviderName } from '../../providers/provider';
import type { WebhookStatus } from '../../webhooks/event.entity';
import { enumOf, ProviderEnum } from '../enums';
import { countedConnectionType } from '../paging';
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
);

/** One attempt at an event that came in; those at what goes out look the same. */
@ObjectType('WebhookAttempt', { simpleResolvers: true })
export class WebhookAttemptType {
  @Field(() => Int)
  number!: number;

  @Field(() => DateTime)
  at!: Date;

  @Field(() => Int)
  durationMs!: number;

  @Field(() => Boolean)
  succeeded!: boolean;

  @Field(() => String, { nullable: true })
  error!: string | null;
}

@ObjectType('WebhookEvent', { implements: NodeType, simpleResolvers: true })
export class WebhookEventType {
  @Field(() => ID)
  id!: string;

  @Field(() => ProviderEnum)
  provider!: ProviderName;

  @Field(() => String)
  providerEventId!: string;

  @Field(() => String)
  type!: string;

  @Field(() => WebhookStatusEnum)
  status!: WebhookStatus;

  @Field(() => Int)
  duplicateCount!: number;

  @Field(() => DateTime)
  receivedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  processedAt!: Date | null;
}

export const WebhookEventConnectionType = countedConnectionType('WebhookEvent', WebhookEventType);
