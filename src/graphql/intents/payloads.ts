import { Field, ObjectType } from 'type-graphql';
import { UserErrorType } from '../problems/types';
import { IntentEventType } from './event-types';
import { PaymentIntentType } from './types';

@ObjectType('CreateIntentPayload', { simpleResolvers: true })
export class CreateIntentPayloadType {
  @Field(() => PaymentIntentType, { nullable: true })
  intent!: PaymentIntentType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already made it.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('CancelIntentPayload', { simpleResolvers: true })
export class CancelIntentPayloadType {
  @Field(() => PaymentIntentType, { nullable: true })
  intent!: PaymentIntentType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('ConfirmIntentPayload', { simpleResolvers: true })
export class ConfirmIntentPayloadType {
  @Field(() => PaymentIntentType, { nullable: true })
  intent!: PaymentIntentType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('AddNotePayload', { simpleResolvers: true })
export class AddNotePayloadType {
  @Field(() => IntentEventType, { nullable: true })
  event!: IntentEventType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
