import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { SimulatedOutcome } from '../../intents/simulate';
import { BalanceType } from '../credits/types';
import { SimulatedOutcomeEnum } from '../intents/outcomes';
import { PaymentIntentType } from '../intents/types';
import { UserErrorType } from '../problems/types';
import { WebhookEventType } from '../webhooks/types';

@InputType('SimulatePaymentInput')
export class SimulatePaymentInputType {
  @Field(() => ID)
  id!: string;

  @Field(() => SimulatedOutcomeEnum, { defaultValue: 'succeed' })
  outcome!: SimulatedOutcome;

  @Field(() => Int, { nullable: true, defaultValue: 0, description: '0 to 60000.' })
  delayMs?: number | null;
}

@ObjectType('SimulatePaymentPayload', { simpleResolvers: true })
export class SimulatePaymentPayloadType {
  @Field(() => PaymentIntentType, { nullable: true })
  intent!: PaymentIntentType | null;

  @Field(() => BalanceType, { nullable: true })
  balance!: BalanceType | null;

  @Field(() => [WebhookEventType], {
    description: 'Every webhook event that the simulated provider sent and we stored.',
  })
  webhookEvents!: WebhookEventType[];

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
