import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ObjectType,
  Resolver,
  Root,
  registerEnumType,
  Subscription,
} from 'type-graphql';
import { callerOf } from '../access';
import type { Context } from '../context';
import { StreamEventKindEnum } from '../enums';
import { freshForEachEvent } from '../loaders';
import { findNode, type NodeFound } from '../node/find';
import { DateTime } from '../scalars';
import { NodeType } from '../types';
import { ADMIN_TOPICS, type AdminTopic, type FeedEvent, watchFeed } from './feed';

const AdminTopicEnum = Object.fromEntries(ADMIN_TOPICS.map((topic) => [topic, topic]));
registerEnumType(AdminTopicEnum, { name: 'AdminTopic' });

@ObjectType('AdminFeedEvent', { simpleResolvers: true })
class AdminFeedEventType {
  @Field(() => StreamEventKindEnum)
  kind!: FeedEvent['kind'];

  @Field(() => String)
  cursor!: string;

  @Field(() => AdminTopicEnum)
  topic!: AdminTopic;

  @Field(() => DateTime)
  occurredAt!: Date;

  @Field(() => String)
  summary!: string;
}

interface FeedArguments {
  readonly topics?: readonly AdminTopic[] | null;
  readonly after?: string | null;
}

@Resolver(() => AdminFeedEventType)
export class AdminSubscription {
  @Subscription(() => AdminFeedEventType, {
    description: 'Operator feed for the console; several kinds in one stream. Role: support.',
    subscribe: ({ args, context }: { args: FeedArguments; context: Context }) => {
      const caller = callerOf(context);
      return freshForEachEvent(context.loaders, watchFeed(context.deps, caller, args.topics, args.after));
    },
  })
  adminFeed(
    @Root() event: FeedEvent,
    @Arg('topics', () => [AdminTopicEnum], { nullable: true }) _topics?: AdminTopic[] | null,
    @Arg('after', () => String, { nullable: true }) _after?: string | null,
  ): FeedEvent {
    return event;
  }

  @FieldResolver(() => NodeType, { nullable: true })
  async subject(@Ctx() context: Context, @Root() { subjectId }: FeedEvent): Promise<NodeFound | null> {
    return subjectId === null ? null : findNode(context, subjectId);
  }
}
