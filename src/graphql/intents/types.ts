// A payment intent as clients see it. Fields whose value stands in the entity under the same name are here; the others are
// in fields.ts, and relations in the folders of the higher features.
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Metadata } from '../../kernel/metadata';
import type { PromoOutcome } from '../../payments/intent.entity';
import { INTENT_STATUSES, type IntentStatus } from '../../payments/states';
import type { ProviderName } from '../../providers/provider';
import { enumOf, ProviderEnum } from '../enums';
import { Credits, CurrencyCode, DateTime, MetadataScalar } from '../scalars';
import { NodeType } from '../types';

export const IntentStatusEnum = enumOf(
  'IntentStatus',
  INTENT_STATUSES,
  'pending: the payer may act. processing: the provider is at it. failed: closed to the payer, yet money that still comes is granted. Only succeeded and canceled are final.',
  {
    pending: 'Waits for the payer.',
    processing: 'The payer has done everything; the provider is at it.',
    succeeded: 'Paid, and the credits are there.',
    failed: 'Closed to the payer; money that still comes is granted.',
    canceled: 'Ended unpaid; money that still comes goes back.',
  },
);

const CancelReasonEnum = enumOf('CancelReason', ['requested', 'provider'], 'Who ended a purchase unpaid.', {
  requested: 'cancelIntent was called.',
  provider: 'The provider ended it, in its dashboard for example.',
});

@ObjectType('PaymentMethod', {
  description: 'What the payer used, as far as the provider says.',
  simpleResolvers: true,
})
export class PaymentMethodType {
  @Field(() => String, { description: "The provider's word: card, upi, netbanking, wallet…" })
  kind!: string;

  @Field(() => String, {
    description: 'Of the card, bank or wallet, e.g. visa; null when unknown.',
    nullable: true,
  })
  brand!: string | null;

  @Field(() => String, { description: 'Last digits of the card; null for everything else.', nullable: true })
  last4!: string | null;
}

@ObjectType('PaymentFailure', { description: 'Why the last attempt came to nothing.', simpleResolvers: true })
export class PaymentFailureType {
  @Field(() => String, { description: "The provider's code, for programs." })
  code!: string;

  @Field(() => String, { description: 'For the payer, in English.' })
  message!: string;

  @Field(() => String, { description: "The bank's own code; null when it gave none.", nullable: true })
  declineCode!: string | null;

  @Field(() => Boolean, { description: 'True: another try on the same intent may work.' })
  retryable!: boolean;
}

const PromoOutcomeEnum = enumOf(
  'PromoOutcome',
  ['redeemed', 'used', 'not_first', 'exhausted', 'ended', 'too_many'],
  'What came of a code when its purchase was paid. The purchase stands whatever it is.',
  {
    redeemed: 'The user has the credits.',
    used: 'The user had redeemed it before.',
    not_first: 'Another purchase of the user was paid first.',
    exhausted: 'Others were faster: nothing was left of it.',
    ended: 'Its campaign was revoked meanwhile.',
    too_many: 'The balance could not hold so many credits.',
  },
);

@ObjectType('IntentPromo', {
  description: 'A code that was typed for a purchase.',
  simpleResolvers: true,
})
export class IntentPromoType {
  @Field(() => String, { description: 'As it is kept: capitals, digits and -.' })
  code!: string;

  @Field(() => Credits, { description: 'Promotional credits that it promised when it was typed.' })
  credits!: bigint;

  @Field(() => PromoOutcomeEnum, { nullable: true, description: 'Null until the purchase is paid.' })
  outcome!: PromoOutcome | null;
}

@ObjectType('PaymentIntent', {
  description: 'One wish by one user to buy one package.',
  implements: NodeType,
  simpleResolvers: true,
})
export class PaymentIntentType {
  @Field(() => ID)
  id!: string;

  @Field(() => ID, { description: 'Who buys and gets the credits.' })
  userId!: string;

  @Field(() => String, { description: 'What the package was called when it was bought.' })
  packageName!: string;

  @Field(() => ProviderEnum, { description: 'Who takes the money.' })
  provider!: ProviderName;

  @Field(() => String, {
    nullable: true,
    description:
      "The provider's own id of its intent or order; in mock mode with _mock_ in it. Null until the provider answered.",
  })
  providerIntentId!: string | null;

  @Field(() => CurrencyCode, { description: 'Of the price.' })
  currency!: string;

  @Field(() => IntentStatusEnum, { description: 'How far the purchase is.' })
  status!: IntentStatus;

  @Field(() => String, {
    nullable: true,
    description: "The provider's own word, e.g. requires_payment_method or created.",
  })
  providerStatus!: string | null;

  @Field(() => String, { description: 'The key that createIntent was given, or the one that it made.' })
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

  @Field(() => Credits, {
    nullable: true,
    description: 'Promotional credits that it brings beside creditsAmount, by its package; null: none.',
  })
  bonusCredits!: bigint | null;

  @Field(() => CancelReasonEnum, {
    description: 'Why it was canceled; null when it was not.',
    nullable: true,
  })
  cancelReason!: string | null;

  @Field(() => Int, {
    description: 'Grows by one at each change; the same counter as IntentStatusEvent.sequence.',
  })
  version!: number;

  @Field(() => DateTime, { description: 'When createIntent stored it.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When the version last grew.' })
  updatedAt!: Date;

  @Field(() => DateTime, {
    description: 'When it succeeded, failed or was canceled; null before that.',
    nullable: true,
  })
  completedAt!: Date | null;

  @Field(() => DateTime, {
    description: 'Until when the payer may act. It stays as it was once that is over.',
    nullable: true,
  })
  expiresAt!: Date | null;
}
