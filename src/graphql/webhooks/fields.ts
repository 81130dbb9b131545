// What a webhook event shows beside its columns, and the way to it from a timeline.
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { hasRole, mayReach } from '../../callers/caller';
import type { StoredEvent } from '../../events/event.entity';
import type { Intent } from '../../payments/intent.entity';
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
  @FieldResolver(() => PaymentIntentType, { nullable: true })
  async intent(@Ctx() context: Context, @Root() { intentId }: WebhookEvent): Promise<Intent | null> {
    // Before an event was worked this is only what its body claims.
    const intent = intentId === null ? null : await context.loaders.intents.load(intentId);
    return intent && mayReach(callerOf(context), intent.userId) ? intent : null;
  }

  @FieldResolver(() => [WebhookAttemptType])
  async attempts(@Ctx() { loaders }: Context, @Root() { id }: WebhookEvent): Promise<WebhookAttempt[]> {
    return loaders.webhookAttempts.load(id);
  }

  @FieldResolver(() => DateTime, { nullable: true })
  nextAttemptAt(@Root() event: WebhookEvent): Date | null {
    return event.leaseUntil;
  }

  @FieldResolver(() => JsonValue, { nullable: true })
  async payload(@Ctx() context: Context, @Root() { id }: WebhookEvent): Promise<unknown> {
    if (!hasRole(callerOf(context), 'finance')) return null;
    const body = await context.loaders.webhookBodies.load(id);
    return body && shownPayload(body);
  }
}

@Resolver(() => IntentEventType)
export class IntentEventWebhookFields {
  @FieldResolver(() => WebhookEventType, { nullable: true })
  async webhookEvent(@Ctx() context: Context, @Root() { data }: StoredEvent): Promise<WebhookEvent | null> {
    const id = data.webhookEventId;
    return isOperator(context) && typeof id === 'string' ? context.loaders.webhookEvents.load(id) : null;
  }
}
