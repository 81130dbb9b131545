import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { SimulatedOutcome } from '../../intents/simulate';
import { BalanceType } from '../credits/types';
import { SimulatedOutcomeEnum } from '../intents/outcomes';
import { PaymentIntentType } from '../intents/types';
import { UserErrorType } from '../problems/types';
import { WebhookEventType } from '../webhooks/types';

@InputType('SimulatePaymentInput', { description: 'What is played for which purchase.' })
export class SimulatePaymentInputType {
  @Field(() => ID, { description: 'Of the intent, int_….' })
  id!: string;

  @Field(() => SimulatedOutcomeEnum, {
    description: 'What the bank and the provider do.',
    defaultValue: 'succeed',
  })
  outcome!: SimulatedOutcome;

  @Field(() => Int, { nullable: true, defaultValue: 0, description: 'Milliseconds from now, 0 to 60000.' })
  delayMs?: number | null;
}

@ObjectType('SimulatePaymentPayload', { description: 'What the played outcome did.', simpleResolvers: true })
export class SimulatePaymentPayloadType {
  @Field(() => PaymentIntentType, {
    description: 'After it was settled; null when nothing was played.',
    nullable: true,
  })
  intent!: PaymentIntentType | null;

  @Field(() => BalanceType, {
    description: 'Of the payer, after it; null when nothing was played.',
    nullable: true,
  })
  balance!: BalanceType | null;

  @Field(() => [WebhookEventType], {
    description: 'Every webhook event that the simulated provider sent and we stored.',
  })
  webhookEvents!: WebhookEventType[];

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
