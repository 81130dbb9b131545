// A payment intent as clients see it. Fields whose value stands in the entity under the same name are here; the others are
// in fields.ts, and relations in the folders of the higher features.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Metadata } from '../../kernel/metadata';
import { INTENT_STATUSES, type IntentStatus } from '../../payments/states';
import type { ProviderName } from '../../providers/provider';
import { enumOf, ProviderEnum } from '../enums';
import { CurrencyCode, DateTime, MetadataScalar } from '../scalars';
import { NodeType } from '../types';

export const IntentStatusEnum = enumOf(
  'IntentStatus',
  INTENT_STATUSES,
  'pending: the payer may act. processing: the provider is at it. failed: closed to the payer, yet money that still comes is granted. Only succeeded and canceled are final.',
);

const CancelReasonEnum = enumOf('CancelReason', ['requested', 'provider']);

@ObjectType('PaymentMethod', { simpleResolvers: true })
export class PaymentMethodType {
  @Field(() => String)
  kind!: string;

  @Field(() => String, { nullable: true })
  brand!: string | null;

  @Field(() => String, { nullable: true })
  last4!: string | null;
}

@ObjectType('PaymentFailure', { simpleResolvers: true })
export class PaymentFailureType {
  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => String, { nullable: true })
  declineCode!: string | null;

  @Field(() => Boolean)
  retryable!: boolean;
}

@ObjectType('PaymentIntent', {
  description: 'One wish by one user to buy one package.',
  implements: NodeType,
  simpleResolvers: true,
})
export class PaymentIntentType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID)
  userId!: string;

  @Field(() => String)
  packageName!: string;

  @Field(() => ProviderEnum)
  provider!: ProviderName;

  @Field(() => String, {
    nullable: true,
    description:
      "The provider's own id of its intent or order; in mock mode with _mock_ in it. Null until the provider answered.",
  })
  providerIntentId!: string | null;

  @Field(() => CurrencyCode)
  currency!: string;

  @Field(() => IntentStatusEnum)
  status!: IntentStatus;

  @Field(() => String, {
    nullable: true,
    description: "The provider's own word, e.g. requires_payment_method or created.",
  })
  providerStatus!: string | null;

  @Field(() => String)
  idempotencyKey!: string;

  @Field(() => String, { nullable: true, description: "The caller's own number of it, as it was given." })
  reference!: string | null;

  @Field(() => MetadataScalar, {
    nullable: true,
    description: 'What the caller wrote on it, as it was given.',
  })
  metadata!: Metadata | null;

  @Field(() => PaymentFailureType, {
    nullable: true,
    description:
      'Last failed attempt, in words that may be shown to the payer. May be set while pending: the payer can try again.',
  })
  failure!: PaymentFailureType | null;

  @Field(() => Int, {
    description:
      'Attempts at the provider. A declined attempt does not fail the intent: both providers allow another on the same one.',
  })
  attemptCount!: number;

  @Field(() => PaymentMethodType, { nullable: true, description: 'What it was paid with; null until known.' })
  paymentMethod!: PaymentMethodType | null;

  @Field(() => String, {
    nullable: true,
    description: "The provider's id of the payment itself: ch_… or pay_….",
  })
  providerPaymentId!: string | null;

  @Field(() => CancelReasonEnum, { nullable: true })
  cancelReason!: string | null;

  @Field(() => Int, {
    description: 'Grows by one at each change; the same counter as IntentStatusEvent.sequence.',
  })
  version!: number;

  @Field(() => DateTime)
  createdAt!: Date;

  @Field(() => DateTime)
  updatedAt!: Date;

  @Field(() => DateTime, { nullable: true })
  completedAt!: Date | null;

  @Field(() => DateTime, { nullable: true })
  expiresAt!: Date | null;
}
