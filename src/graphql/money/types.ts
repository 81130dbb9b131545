import { Field, InputType, ObjectType } from 'type-graphql';
import { BigIntString, CurrencyCode } from '../scalars';

@ObjectType('Money', {
  description: 'An exact amount. Never a float: use `amountMinor` for sums, `formatted` for display.',
  simpleResolvers: true,
})
export class MoneyType {
  @Field(() => BigIntString, {
    description: "In the currency's smallest unit, e.g. paise or cents; yen have none smaller.",
  })
  amountMinor!: bigint;

  @Field(() => CurrencyCode, { description: 'What the number is in.' })
  currency!: string;
}

@InputType('MoneyInput', { description: 'An exact amount.' })
export class MoneyInputType {
  @Field(() => BigIntString, { description: "In the currency's smallest unit, e.g. paise or cents." })
  amountMinor!: bigint;

  @Field(() => CurrencyCode, { description: 'What the number is in.' })
  currency!: string;
}
