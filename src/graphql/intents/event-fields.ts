// What an entry of a timeline shows that is not a column of the same name.
import { Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { StoredEvent } from '../../events/event.entity';
import { numberedId } from '../../kernel/ids';
import { isOperator } from '../access';
import type { Context } from '../context';
import { JsonValue } from '../scalars';
import { IntentEventType } from './event-types';
import { messageOf } from './messages';

@Resolver(() => IntentEventType)
export class IntentEventFields {
  @FieldResolver(() => ID)
  id(@Root() event: StoredEvent): string {
    return numberedId('intentEvent', event.id);
  }

  @FieldResolver(() => String, {
    description:
      "user, system or provider; the operator's id for support and above, who alone also see notes, calls and webhook events.",
  })
  actor(@Ctx() context: Context, @Root() { actor }: StoredEvent): string {
    const isNobody = actor === 'system' || actor === 'provider';
    return isNobody || isOperator(context) ? actor : 'user';
  }

  @FieldResolver(() => String, { description: 'A sentence in English for a person.' })
  message(@Ctx() context: Context, @Root() event: StoredEvent): string {
    return messageOf(event, isOperator(context));
  }

  @FieldResolver(() => JsonValue, {
    description: 'What else is known of it, as JSON. Null below support.',
    nullable: true,
  })
  data(@Ctx() context: Context, @Root() event: StoredEvent): StoredEvent['data'] | null {
    return isOperator(context) ? event.data : null;
  }
}
