import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  Int,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { type IntentChange, watchIntent } from '../../intents/watch';
import { invariant } from '../../kernel/invariant';
import type { Intent } from '../../payments/intent.entity';
import type { IntentStatus } from '../../payments/states';
import { callerOf, hearOnlyWhileMember } from '../access';
import type { Context } from '../context';
import { StreamEventKindEnum } from '../enums';
import { freshForEachEvent } from '../fresh';
import { DateTime } from '../scalars';
import { IntentStatusEnum, PaymentIntentType } from './types';

@ObjectType('IntentStatusEvent', {
  description: '`cursor` goes back in as `after` when reconnecting. `sequence` lets a client drop repeats.',
  simpleResolvers: true,
})
class IntentStatusEventType {
  @Field(() => StreamEventKindEnum, {
    description: 'Whether it is where the stream begins, a change, or a gap.',
  })
  kind!: IntentChange['kind'];

  @Field(() => String, { description: 'Where the stream is after this event.' })
  cursor!: string;

  @Field(() => Int, { description: 'PaymentIntent.version after this change.' })
  sequence!: number;

  @Field(() => IntentStatusEnum, { description: 'After this change, also in a replay.' })
  status!: IntentStatus;

  @Field(() => IntentStatusEnum, {
    description: 'Before it; null in a snapshot or gap, and where only something else changed.',
    nullable: true,
  })
  previousStatus!: IntentStatus | null;

  @Field(() => DateTime, { description: 'When the change was committed.' })
  occurredAt!: Date;
}

@Resolver(() => IntentStatusEventType)
export class IntentSubscription {
  @Subscription(() => IntentStatusEventType, {
    description:
      'Live status of one intent. First event: a snapshot (or, with `after`, each event since that cursor, in order).\n' +
      'Later events: one per change, `sequence` growing by one. A declined attempt is an event too: the status stays, failure and attemptCount change. The server completes the stream after succeeded or canceled.\n' +
      'In a replay `status` is as it was then, `intent` as it is now.',
    subscribe: async ({ args, context }: { args: WatchArguments; context: Context }) =>
      freshForEachEvent(
        context.loaders,
        await watchIntent(context.deps, callerOf(context), args, (owner) =>
          hearOnlyWhileMember(context, owner, 'manager'),
        ),
      ),
  })
  intentStatusChanged(
    @Root() change: IntentChange,
    @Arg('id', () => ID, { description: 'Of the intent, int_….' }) _id: string,
    @Arg('after', () => String, {
      description: 'Cursor of the last event that was seen. Left out: a snapshot comes first.',
      nullable: true,
    })
    _after?: string | null,
  ): IntentChange {
    return change;
  }

  @FieldResolver(() => PaymentIntentType, {
    description: 'The whole intent as it is when the event is sent.',
  })
  async intent(@Ctx() { loaders }: Context, @Root() { intentId }: IntentChange): Promise<Intent> {
    const intent = await loaders.intents.load(intentId);
    invariant(intent, `Intent ${intentId} is gone`);
    return intent;
  }
}

interface WatchArguments {
  readonly id: string;
  readonly after?: string | null;
}
