// Webhook events for operators: the list, and working them again.
import {
  Arg,
  Args,
  ArgsType,
  Ctx,
  Field,
  FieldResolver,
  Int,
  Mutation,
  ObjectType,
  Resolver,
} from 'type-graphql';
import type { WebhookEvent } from '../../webhooks/event.entity';
import { countWebhookEvents, listWebhookEvents } from '../../webhooks/list';
import { replayWebhookEvents } from '../../webhooks/replay';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answer } from '../errors';
import { type Connection, connectionOf } from '../paging';
import { UserErrorType } from '../problems/types';
import { ReplayWebhookEventsInputType, WebhookEventFilterInput } from './inputs';
import { WebhookEventConnectionType, WebhookEventType } from './types';

@ArgsType()
class WebhookEventsArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => WebhookEventFilterInput, { nullable: true })
  filter?: WebhookEventFilterInput | null;
}

@ObjectType('ReplayWebhookEventsPayload', {
  description: 'How many were found and queued.',
  simpleResolvers: true,
})
class ReplayWebhookEventsPayloadType {
  @Field(() => Int, { description: 'How many the selection finds.' })
  matched!: number;

  @Field(() => Int, { description: 'How many are worked again; 0 in a dry run.' })
  queued!: number;

  @Field(() => [WebhookEventType], { description: 'Those that were found, at most 50.' })
  events!: WebhookEventType[];

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@Resolver(() => AdminType)
export class AdminWebhookFields {
  @FieldResolver(() => WebhookEventConnectionType, { description: 'What providers told us, newest first.' })
  async webhookEvents(
    @Ctx() { deps, loaders }: Context,
    @Args(() => WebhookEventsArguments) args: WebhookEventsArguments,
  ): Promise<Connection<WebhookEvent>> {
    const filter = args.filter ?? {};
    const page = await listWebhookEvents(deps, filter, args);
    for (const { node } of page.items) loaders.webhookEvents.prime(node.id, node);
    return connectionOf(page, () => countWebhookEvents(deps, filter));
  }
}

@Resolver()
export class WebhookMutations {
  @Mutation(() => ReplayWebhookEventsPayloadType, {
    description:
      'Replay by ids or by filter, through the same idempotent handler as the first delivery. Role: support.',
  })
  replayWebhookEvents(
    @Ctx() context: Context,
    @Arg('input', () => ReplayWebhookEventsInputType) input: ReplayWebhookEventsInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, () => replayWebhookEvents(context.deps, caller, input), {
      matched: 0,
      queued: 0,
      events: [],
    });
  }
}
