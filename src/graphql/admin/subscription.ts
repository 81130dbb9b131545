import { Arg, Ctx, Field, FieldResolver, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import { callerOf } from '../access';
import type { Context } from '../context';
import { enumOf, StreamEventKindEnum } from '../enums';
import { freshForEachEvent } from '../fresh';
import { findNode, type NodeFound } from '../node/find';
import { DateTime } from '../scalars';
import { NodeType } from '../types';
import { ADMIN_TOPICS, type AdminTopic, type FeedEvent, watchFeed } from './feed';

const AdminTopicEnum = enumOf(
  'AdminTopic',
  ADMIN_TOPICS,
  "What lines of the console's feed are filed under.",
  {
    intents: 'Purchases and their payments.',
    webhooks: 'What providers told us.',
    reconciliation: 'Runs, differences and checks of the ledger; finance alone hears of most.',
    risk: 'Complaints at the bank, attacks, and purchases that wait for a person.',
    refunds: 'Money on its way back, and approvals.',
    exports: 'Files that were asked for; for finance alone.',
  },
);

@ObjectType('AdminFeedEvent', {
  description: "One thing that happened, as a line of the console's feed.",
  simpleResolvers: true,
})
class AdminFeedEventType {
  @Field(() => StreamEventKindEnum, {
    description: 'snapshot comes once, at the beginning, and says only where the stream stands.',
  })
  kind!: FeedEvent['kind'];

  @Field(() => String, {
    description: 'Goes back in as `after` when reconnecting; nothing in between is lost.',
  })
  cursor!: string;

  @Field(() => AdminTopicEnum, { description: 'What the line is filed under, as in the argument `topics`.' })
  topic!: AdminTopic;

  @Field(() => DateTime, { description: 'When the change was committed.' })
  occurredAt!: Date;

  @Field(() => String, { description: 'A sentence in English for a person.' })
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
    @Arg('topics', () => [AdminTopicEnum], {
      description: 'Only these; left out: all that the role may read.',
      nullable: true,
    })
    _topics?: AdminTopic[] | null,
    @Arg('after', () => String, {
      description: 'Cursor of the last event that was seen. Left out: from now on.',
      nullable: true,
    })
    _after?: string | null,
  ): FeedEvent {
    return event;
  }

  @FieldResolver(() => NodeType, {
    description:
      'What it happened to, as it is now. Null for the snapshot and for what the caller may not read.',
    nullable: true,
  })
  async subject(@Ctx() context: Context, @Root() { subjectId }: FeedEvent): Promise<NodeFound | null> {
    return subjectId === null ? null : findNode(context, subjectId);
  }
}
