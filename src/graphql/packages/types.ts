import { Field, ID, Int, ObjectType } from 'type-graphql';
import { CENTS_ARE_MINOR } from '../money/minor';
import { MoneyType } from '../money/types';
import { BigIntString, Credits, CurrencyCode } from '../scalars';
import { NodeType } from '../types';

@ObjectType('Package', {
  description:
    'A prepaid credit package (small 50/5000, medium 120/10000, large 300/20000, xlarge 600/35000 minor INR).',
  implements: NodeType,
  simpleResolvers: true,
})
export class PackageType {
  @Field(() => ID, { description: 'Short key: small, medium, large or xlarge.' })
  id!: string;

  @Field(() => String, { description: 'What a shop shows.' })
  name!: string;

  @Field(() => Credits, { description: 'Whole credits that it brings.' })
  credits!: bigint;

  @Field(() => BigIntString, { description: 'Price in minor units; the same number as price.amountMinor.' })
  amountMinor!: bigint;

  @Field(() => Int, {
    description: 'Price in minor units.',
    deprecationReason: CENTS_ARE_MINOR('amountMinor'),
  })
  amountCents!: number;

  @Field(() => CurrencyCode, { description: 'Of `price`, `unitPrice` and `savingsPercent`.' })
  currency!: string;

  @Field(() => MoneyType, {
    description: 'What it costs, in its own currency or in the one that was asked for.',
  })
  price!: MoneyType;

  @Field(() => [MoneyType], { description: 'Every currency it is sold in, its own first.' })
  prices!: MoneyType[];

  @Field(() => Int, { nullable: true, description: 'Days from the purchase; null: they never do.' })
  creditsExpireAfterDays!: number | null;

  @Field(() => Credits, {
    nullable: true,
    description: 'Promotional credits that it brings beside those that are paid for; null: none.',
  })
  bonusCredits!: bigint | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Days that the bonus lasts from the purchase; null: for ever.',
  })
  bonusExpireAfterDays!: number | null;

  @Field(() => MoneyType, { description: "Price of one credit, for 'best value' badges." })
  unitPrice!: MoneyType;

  @Field(() => Int, { description: 'Saving against the dearest unit price, whole percent.' })
  savingsPercent!: number;

  @Field(() => Boolean, { description: 'True: on sale.' })
  active!: boolean;
}

@ObjectType('PackagePrice', {
  description: 'A package in one of the currencies that it is sold in.',
  simpleResolvers: true,
})
export class PackagePriceType {
  @Field(() => MoneyType, { description: 'What it costs.' })
  price!: MoneyType;

  @Field(() => MoneyType, { description: "What one credit costs, for 'best value' badges." })
  unitPrice!: MoneyType;

  @Field(() => Int, { description: 'Saving against the dearest unit price in this currency, whole percent.' })
  savingsPercent!: number;
}
