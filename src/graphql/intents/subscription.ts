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
import { callerOf } from '../access';
import type { Context } from '../context';
import { StreamEventKindEnum } from '../enums';
import { freshForEachEvent } from '../loaders';
import { DateTime } from '../scalars';
import { IntentStatusEnum, PaymentIntentType } from './types';

@ObjectType('IntentStatusEvent', {
  description: '`cursor` goes back in as `after` when reconnecting. `sequence` lets a client drop repeats.',
  simpleResolvers: true,
})
class IntentStatusEventType {
  @Field(() => StreamEventKindEnum)
  kind!: IntentChange['kind'];

  @Field(() => String)
  cursor!: string;

  @Field(() => Int)
  sequence!: number;

  @Field(() => IntentStatusEnum)
  status!: IntentStatus;

  @Field(() => IntentStatusEnum, { nullable: true })
  previousStatus!: IntentStatus | null;

  @Field(() => DateTime)
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
      freshForEachEvent(context.loaders, await watchIntent(context.deps, callerOf(context), args)),
  })
  intentStatusChanged(
    @Root() change: IntentChange,
    @Arg('id', () => ID) _id: string,
    @Arg('after', () => String, { nullable: true }) _after?: string | null,
  ): IntentChange {
    return change;
  }

  @FieldResolver(() => PaymentIntentType)
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
