import { Field, ObjectType } from 'type-graphql';
import { UserErrorType } from '../problems/types';
import { IntentEventType } from './event-types';
import { PaymentIntentType } from './types';

@ObjectType('CreateIntentPayload', { description: 'The purchase, ready to be paid.', simpleResolvers: true })
export class CreateIntentPayloadType {
  @Field(() => PaymentIntentType, {
    description: 'With its nextAction; null when none was made.',
    nullable: true,
  })
  intent!: PaymentIntentType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already made it.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('CancelIntentPayload', {
  description: 'The purchase after the attempt to end it.',
  simpleResolvers: true,
})
export class CancelIntentPayloadType {
  @Field(() => PaymentIntentType, {
    description: 'As it is now; null when it is not there for the caller.',
    nullable: true,
  })
  intent!: PaymentIntentType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

/** What the payloads of several mutations have in common; no type of the schema by itself. */
@ObjectType({ simpleResolvers: true })
export abstract class ConfirmIntentPayloadFields {
  @Field(() => PaymentIntentType, {
    description: 'After the provider was asked; null when it is not there for the caller.',
    nullable: true,
  })
  intent!: PaymentIntentType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('ConfirmPaymentPayload', {
  description: 'The purchase once the proof was checked.',
  simpleResolvers: true,
})
export class ConfirmPaymentPayloadType extends ConfirmIntentPayloadFields {}

@ObjectType('SyncIntentPayload', {
  description: 'The purchase as the provider now says it is.',
  simpleResolvers: true,
})
export class SyncIntentPayloadType extends ConfirmIntentPayloadFields {}

@ObjectType('AddNotePayload', { description: 'The note where it stands.', simpleResolvers: true })
export class AddNotePayloadType {
  @Field(() => IntentEventType, {
    description: 'The new entry of the timeline; null when nothing was written.',
    nullable: true,
  })
  event!: IntentEventType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
