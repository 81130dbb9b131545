// What a webhook event shows beside its columns, and the way to it from a timeline.
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { hasRole } from '../../callers/caller';
import type { StoredEvent } from '../../events/event.entity';
import type { Intent } from '../../payments/intent.entity';
import { reaches } from '../../wallets/membership';
import type { WebhookEvent } from '../../webhooks/event.entity';
import type { WebhookAttempt } from '../../webhooks/find';
import { shownPayload } from '../../webhooks/payload';
import { callerOf, isOperator } from '../access';
import type { Context } from '../context';
import { IntentEventType } from '../intents/event-types';
import { PaymentIntentType } from '../intents/types';
import { DateTime, JsonValue } from '../scalars';
import { WebhookAttemptType, WebhookEventType } from './types';

@Resolver(() => WebhookEventType)
export class WebhookEventFields {
  @FieldResolver(() => PaymentIntentType, {
    description: 'The purchase that it is about; null when it is about none, or not known yet.',
    nullable: true,
  })
  async intent(@Ctx() context: Context, @Root() { intentId }: WebhookEvent): Promise<Intent | null> {
    // Before an event was worked this is only what its body claims.
    const intent = intentId === null ? null : await context.loaders.intents.load(intentId);
    return intent && (await reaches(context.deps, callerOf(context), intent.userId)) ? intent : null;
  }

  @FieldResolver(() => [WebhookAttemptType], { description: 'The last 50 tries to work it, oldest first.' })
  async attempts(@Ctx() { loaders }: Context, @Root() { id }: WebhookEvent): Promise<WebhookAttempt[]> {
    return loaders.webhookAttempts.load(id);
  }

  @FieldResolver(() => DateTime, {
    description: 'When it is worked next; null when it is not again.',
    nullable: true,
  })
  nextAttemptAt(@Root() event: WebhookEvent): Date | null {
    return event.leaseUntil;
  }

  @FieldResolver(() => JsonValue, {
    description: 'What the provider sent, without personal data. Role: finance; null for others.',
    nullable: true,
  })
  async payload(@Ctx() context: Context, @Root() { id }: WebhookEvent): Promise<unknown> {
    if (!hasRole(callerOf(context), 'finance')) return null;
    const body = await context.loaders.webhookBodies.load(id);
    return body && shownPayload(body);
  }
}

@Resolver(() => IntentEventType)
export class IntentEventWebhookFields {
  @FieldResolver(() => WebhookEventType, {
    description: 'The event that told of it; null where none did, and below support.',
    nullable: true,
  })
  async webhookEvent(@Ctx() context: Context, @Root() { data }: StoredEvent): Promise<WebhookEvent | null> {
    const id = data.webhookEventId;
    return isOperator(context) && typeof id === 'string' ? context.loaders.webhookEvents.load(id) : null;
  }
}
