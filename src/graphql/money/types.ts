import { Field, InputType, ObjectType } from 'type-graphql';
import { BigIntString, CurrencyCode } from '../scalars';

@ObjectType('Money', {
  description: 'An exact amount. Never a float: use `amountMinor` for sums, `formatted` for display.',
  simpleResolvers: true,
})
export class MoneyType {
  @Field(() => BigIntString)
  amountMinor!: bigint;

  @Field(() => CurrencyCode)
  currency!: string;
}

@InputType('MoneyInput')
export class MoneyInputType {
  @Field(() => BigIntString)
  amountMinor!: bigint;

  @Field(() => CurrencyCode)
  currency!: string;
}
