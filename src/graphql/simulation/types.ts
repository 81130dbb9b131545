import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { SimulatedCard, SimulatedOutcome } from '../../intents/simulate';
import { BalanceType } from '../credits/types';
import { SimulatedOutcomeEnum } from '../intents/outcomes';
import { PaymentIntentType } from '../intents/types';
import { UserErrorType } from '../problems/types';
import { WebhookEventType } from '../webhooks/types';
import { SimulatedCheckEnum, SimulatedFundingEnum, SimulatedRiskEnum } from './enums';

@InputType('SimulatedCardInput', {
  description: 'A card of the simulated bank. What a provider does not tell of is not told.',
})
export class SimulatedCardInputType {
  @Field(() => String, {
    nullable: true,
    description: 'What the provider knows the card again by: 1 to 100 letters, digits and _.',
  })
  fingerprint?: string | null;

  @Field(() => String, { nullable: true, description: 'Where it was issued: two upper-case letters.' })
  country?: string | null;

  @Field(() => SimulatedFundingEnum, { nullable: true, description: 'How it is paid for.' })
  funding?: SimulatedCard['funding'] | null;

  @Field(() => SimulatedCheckEnum, { nullable: true, description: 'Of the security code.' })
  cvcCheck?: SimulatedCard['cvcCheck'] | null;

  @Field(() => SimulatedCheckEnum, { nullable: true, description: 'Of the postal code.' })
  postalCheck?: SimulatedCard['postalCheck'] | null;

  @Field(() => SimulatedRiskEnum, {
    nullable: true,
    description: 'How risky the provider holds the payment.',
  })
  riskLevel?: SimulatedCard['riskLevel'] | null;
}

@InputType('SimulatePaymentInput', { description: 'What is played for which purchase.' })
export class SimulatePaymentInputType {
  @Field(() => ID, { description: 'Of the intent, int_….' })
  id!: string;

  @Field(() => SimulatedOutcomeEnum, {
    description: 'What the bank and the provider do.',
    defaultValue: 'succeed',
  })
  outcome!: SimulatedOutcome;

  @Field(() => SimulatedCardInputType, {
    nullable: true,
    description: "What card pays; what is left out is as the payer's usual card has it.",
  })
  card?: SimulatedCardInputType | null;

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
