import { Field, ID, InputType } from 'type-graphql';
import type { Metadata } from '../../kernel/metadata';
import type { IntentStatus } from '../../payments/states';
import type { ProviderName } from '../../providers/provider';
import { enumOf, ProviderEnum, SortDirectionEnum } from '../enums';
import { CurrencyCode, MetadataScalar } from '../scalars';
import { DateTimeRangeInput, IntRangeInput, MetadataFilterInput } from '../types';
import { IntentStatusEnum } from './types';

/** schema.ts makes it a oneOf: exactly one field is given. */
@InputType('IntentLookup')
export class IntentLookupInput {
  @Field(() => String, { nullable: true })
  providerIntentId?: string | null;

  @Field(() => String, { nullable: true })
  idempotencyKey?: string | null;

  @Field(() => ID, { nullable: true })
  creditsTransactionId?: string | null;
}

@InputType('IntentFilter', { description: 'All given conditions must hold; a list means any of.' })
export class IntentFilterInput {
  @Field(() => String, { nullable: true })
  search?: string | null;

  @Field(() => ID, { nullable: true })
  userId?: string | null;

  @Field(() => [IntentStatusEnum], { nullable: true })
  status?: IntentStatus[] | null;

  @Field(() => [ProviderEnum], { nullable: true })
  provider?: ProviderName[] | null;

  @Field(() => [ID], { nullable: true })
  packageId?: string[] | null;

  @Field(() => CurrencyCode, { nullable: true })
  currency?: string | null;

  @Field(() => IntRangeInput, { nullable: true })
  amountCents?: IntRangeInput | null;

  @Field(() => DateTimeRangeInput, { nullable: true })
  createdAt?: DateTimeRangeInput | null;

  @Field(() => String, { nullable: true })
  reference?: string | null;

  @Field(() => MetadataFilterInput, { nullable: true })
  metadata?: MetadataFilterInput | null;

  @Field(() => Boolean, { nullable: true })
  refunded?: boolean | null;
}

const ORDER_FIELDS = ['createdAt', 'updatedAt', 'amountCents'] as const;
const IntentOrderFieldEnum = enumOf('IntentOrderField', ORDER_FIELDS);

@InputType('IntentOrder')
export class IntentOrderInput {
  @Field(() => IntentOrderFieldEnum, { defaultValue: 'createdAt' })
  field!: (typeof ORDER_FIELDS)[number];

  @Field(() => SortDirectionEnum, { defaultValue: 'desc' })
  direction!: 'asc' | 'desc';
}

@InputType('CreateIntentInput')
export class CreateIntentInputType {
  @Field(() => ID, { nullable: true, description: 'Service only: for whom.' })
  userId?: string | null;

  @Field(() => ID)
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

  @Field(() => String, { nullable: true })
  fingerprintId?: string | null;

  @Field(() => String, { nullable: true })
  returnUrl?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own number of this purchase, 1 to 255 characters; it need not be unique. The user can read it.',
  })
  reference?: string | null;

  @Field(() => MetadataScalar, { nullable: true, description: 'For your own books. The user can read it.' })
  metadata?: Metadata | null;
}

@InputType('CancelIntentInput')
export class CancelIntentInputType {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { nullable: true })
  reason?: string | null;
}

@InputType('SyncIntentInput')
export class SyncIntentInputType {
  @Field(() => ID)
  id!: string;
}

@InputType('AddNoteInput')
export class AddNoteInputType {
  @Field(() => ID)
  subjectId!: string;

  @Field(() => String)
  text!: string;
}
