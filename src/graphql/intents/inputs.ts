import { Field, ID, InputType } from 'type-graphql';
import type { Metadata } from '../../kernel/metadata';
import type { Intent } from '../../payments/intent.entity';
import type { IntentStatus } from '../../payments/states';
import type { ProviderName } from '../../providers/provider';
import { enumOf, ProviderEnum, SortDirectionEnum } from '../enums';
import { CENTS_ARE_MINOR } from '../money/minor';
import { PayerInputType } from '../risk/payer';
import { RiskDecisionKindEnum } from '../risk/types';
import { CurrencyCode, MetadataScalar } from '../scalars';
import { BigIntRangeInput, DateTimeRangeInput, IntRangeInput, MetadataFilterInput } from '../types';
import { WALLET_ID } from '../wallets/named';
import { IntentStatusEnum } from './types';

/** schema.ts makes it a oneOf: exactly one field is given. */
@InputType('IntentLookup', { description: 'Exactly one of the keys.' })
export class IntentLookupInput {
  @Field(() => String, { description: "The provider's own id of its intent or order.", nullable: true })
  providerIntentId?: string | null;

  @Field(() => String, {
    description: "The key that createIntent was given, of the caller's own purchases.",
    nullable: true,
  })
  idempotencyKey?: string | null;

  @Field(() => ID, { description: 'Of the grant, ctx_….', nullable: true })
  creditsTransactionId?: string | null;
}

@InputType('IntentFilter', { description: 'All given conditions must hold; a list means any of.' })
export class IntentFilterInput {
  @Field(() => String, {
    description:
      "The beginning of an id, from four characters on: of the intent (in whatever case; its end, too), the user, the provider's object, payment or event, a refund, a dispute, the reference or the idempotency key; any part of one among the newest 20,000; the last four digits of a card; for support also the user's whole name or e-mail address.",
    nullable: true,
  })
  search?: string | null;

  @Field(() => ID, { description: 'Service and support: whose.', nullable: true })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => [IntentStatusEnum], { description: 'Any of these.', nullable: true })
  status?: IntentStatus[] | null;

  @Field(() => [ProviderEnum], { description: 'Who takes the money: any of these.', nullable: true })
  provider?: ProviderName[] | null;

  @Field(() => [ID], { description: 'What was bought: any of these.', nullable: true })
  packageId?: string[] | null;

  @Field(() => CurrencyCode, { description: 'Of the price.', nullable: true })
  currency?: string | null;

  @Field(() => BigIntRangeInput, {
    description: 'Price in minor units, whatever the currency.',
    nullable: true,
  })
  amountMinor?: BigIntRangeInput | null;

  @Field(() => IntRangeInput, {
    description: 'Price in minor units.',
    deprecationReason: CENTS_ARE_MINOR('amountMinor'),
    nullable: true,
  })
  amountCents?: IntRangeInput | null;

  @Field(() => DateTimeRangeInput, { description: 'Span of time in which they were made.', nullable: true })
  createdAt?: DateTimeRangeInput | null;

  @Field(() => String, { description: "Exactly this number of the caller's own.", nullable: true })
  reference?: string | null;

  @Field(() => MetadataFilterInput, { description: 'With this key and value.', nullable: true })
  metadata?: MetadataFilterInput | null;

  @Field(() => IntRangeInput, {
    description: 'Support: of the score, 0 to 100; what was not judged is in no range.',
    nullable: true,
  })
  riskScore?: IntRangeInput | null;

  @Field(() => [RiskDecisionKindEnum], { description: 'Support: any of these.', nullable: true })
  riskDecision?: NonNullable<Intent['riskDecision']>[] | null;

  @Field(() => Boolean, { description: 'True: something went back. False: nothing did.', nullable: true })
  refunded?: boolean | null;

  @Field(() => Boolean, {
    description: 'True: money came after it had failed, expired or been canceled. False: none did.',
    nullable: true,
  })
  late?: boolean | null;

  @Field(() => Boolean, {
    description: 'True: money is here that bought nothing and is not on its way back. False: none is.',
    nullable: true,
  })
  unapplied?: boolean | null;
}

const ORDER_FIELDS = ['createdAt', 'updatedAt', 'amountMinor', 'amountCents', 'riskScore'] as const;
const IntentOrderFieldEnum = enumOf(
  'IntentOrderField',
  ORDER_FIELDS,
  'By what purchases can be ordered.',
  {
    createdAt: 'When they were made.',
    updatedAt: 'When they last changed.',
    amountMinor: 'By the price in minor units, whatever its currency.',
    amountCents: 'By the price in minor units.',
    riskScore: 'Support: by the score, of those alone that a rule found something in.',
  },
  { amountCents: 'Use `amountMinor`: the same order.' },
);

@InputType('IntentOrder', { description: 'In which order a list comes.' })
export class IntentOrderInput {
  @Field(() => IntentOrderFieldEnum, { description: 'What rows are compared by.', defaultValue: 'createdAt' })
  field!: (typeof ORDER_FIELDS)[number];

  @Field(() => SortDirectionEnum, {
    description: 'Newest, latest or largest first, or the other way round.',
    defaultValue: 'desc',
  })
  direction!: 'asc' | 'desc';
}

@InputType('CreateIntentInput', { description: 'What to buy, and how.' })
export class CreateIntentInputType {
  @Field(() => ID, { nullable: true, description: 'Service only: for whom.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: `${WALLET_ID} Of its members owners and managers buy.` })
  walletId?: string | null;

  @Field(() => ID, { description: 'small, medium, large, xlarge, or another of `packages`.' })
  packageId!: string;

  @Field(() => ProviderEnum, {
    nullable: true,
    description: 'Left out: the default provider for the currency.',
  })
  provider?: ProviderName | null;

  @Field(() => CurrencyCode, {
    nullable: true,
    description: "One of the package's price currencies; left out: the package's own.",
  })
  currency?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Made by the client, 1 to 255 characters, kept for ever. Left out: the gateway makes one, and a double click (same user, package, provider, currency and amount while a keyless intent is open, at most 24 hours) finds that intent instead of a second one.',
  })
  idempotencyKey?: string | null;

  @Field(() => String, {
    description: "Of the payer's device, as your page worked it out; kept beside the intent.",
    nullable: true,
  })
  fingerprintId?: string | null;

  @Field(() => PayerInputType, { nullable: true, description: 'Service only: who pays.' })
  payer?: PayerInputType | null;

  @Field(() => String, {
    nullable: true,
    description:
      'What the captcha gave the page, where RISK_CHALLENGE asked for it. No part of what a key is compared by.',
  })
  captchaResponse?: string | null;

  @Field(() => String, {
    description: 'Where a provider that redirects sends the payer back; live: of ALLOWED_ORIGINS alone.',
    nullable: true,
  })
  returnUrl?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'A code that the payer typed, for promotional credits beside the purchase; needs an idempotencyKey. Wrong codes are counted.',
  })
  promoCode?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own number of this purchase, 1 to 255 characters; it need not be unique. The user can read it.',
  })
  reference?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'For your own books. The user can read it.' })
  metadata?: Metadata | null;
}

@InputType('CancelIntentInput', { description: 'Which purchase ends unpaid.' })
export class CancelIntentInputType {
  @Field(() => ID, { description: 'Of the intent, int_….' })
  id!: string;

  @Field(() => String, { description: 'Why, for the timeline.', nullable: true })
  reason?: string | null;
}

@InputType('SyncIntentInput', { description: 'Which purchase to ask the provider about.' })
export class SyncIntentInputType {
  @Field(() => ID, { description: 'Of the intent, int_….' })
  id!: string;
}

@InputType('AddNoteInput', { description: 'What to remember about a payment.' })
export class AddNoteInputType {
  @Field(() => ID, { description: 'Of the intent, int_….' })
  subjectId!: string;

  @Field(() => String, { description: 'For operators, 1 to 2000 characters; the user does not read it.' })
  text!: string;
}
