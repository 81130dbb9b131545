import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { CENTS_ARE_MINOR } from '../money/minor';
import { MoneyInputType } from '../money/types';
import { UserErrorType } from '../problems/types';
import { BigIntString, Credits, CurrencyCode } from '../scalars';
import { PackageType } from './types';

@InputType('PriceInput', { description: 'What a package costs in one currency.' })
export class PriceInputType {
  @Field(() => CurrencyCode, { description: 'One price for each.' })
  currency!: string;

  @Field(() => BigIntString, {
    description: 'In minor units, e.g. paise or cents. Needed, unless its older name is given.',
    nullable: true,
  })
  amountMinor?: bigint | null;

  @Field(() => Int, {
    description: 'In minor units.',
    deprecationReason: CENTS_ARE_MINOR('amountMinor'),
    nullable: true,
  })
  amountCents?: number | null;
}

@InputType('ShownPackageInput', {
  description: 'What whoever saves has before their eyes: every figure that a change would replace.',
})
class ShownPackageInputType {
  @Field(() => String, { description: 'What buyers read on it.' })
  name!: string;

  @Field(() => Credits, { description: 'How many credits it sold.' })
  credits!: bigint;

  @Field(() => [MoneyInputType], { description: 'Every price that it had, in any order.' })
  prices!: MoneyInputType[];

  @Field(() => Int, { nullable: true, description: 'After how many days its credits ended; null: never.' })
  creditsExpireAfterDays?: number | null;

  @Field(() => Credits, {
    nullable: true,
    description: 'Promotional credits that came with it; null: none.',
  })
  bonusCredits?: bigint | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Days that those lasted; null: for ever.',
  })
  bonusExpireAfterDays?: number | null;

  @Field(() => Boolean, { description: 'Whether it was on sale.' })
  active!: boolean;
}

@InputType('SeenPackageInput', {
  description: 'What was shown of a package; without `package`: that there was none.',
})
class SeenPackageInputType {
  @Field(() => ShownPackageInputType, { nullable: true, description: 'The package, where there was one.' })
  package?: ShownPackageInputType | null;
}

@InputType('SavePackageInput', {
  description:
    'A package as it is to be sold from now on. One of this id is replaced; purchases keep what they bought.',
})
export class SavePackageInputType {
  @Field(() => ID, { description: 'Short key: 1 to 64 small letters, digits, - or _.' })
  id!: string;

  @Field(() => String, { description: 'What a shop shows, 1 to 255 characters.' })
  name!: string;

  @Field(() => Credits, { description: 'Whole credits that it brings, at least 1.' })
  credits!: bigint;

  @Field(() => [PriceInputType], {
    description: "All of them, the package's own currency first; what is left out is no longer sold in.",
  })
  prices!: PriceInputType[];

  @Field(() => Int, { description: 'Days from the purchase; left out: never.', nullable: true })
  creditsExpireAfterDays?: number | null;

  @Field(() => Credits, {
    nullable: true,
    description:
      'Promotional credits that each purchase brings beside those that are paid for; left out: none.',
  })
  bonusCredits?: bigint | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Days that the bonus lasts from the purchase, at most 3650; left out: for ever.',
  })
  bonusExpireAfterDays?: number | null;

  @Field(() => Boolean, { description: 'False: not on sale.', defaultValue: true })
  active!: boolean;

  @Field(() => SeenPackageInputType, {
    nullable: true,
    description: 'When the package is another by now nothing is saved.',
  })
  seen?: SeenPackageInputType | null;
}

@ObjectType('SavePackagePayload', {
  description: 'The package as a shop sees it now.',
  simpleResolvers: true,
})
export class SavePackagePayloadType {
  @Field(() => PackageType, {
    description: 'After the change; null when nothing was done, or a second person has to allow it.',
    nullable: true,
  })
  package!: PackageType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
