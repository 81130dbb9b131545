import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { BigIntString, Credits, DateTime } from '../scalars';

@InputType('UsageInput', { description: 'So many units of an operation.' })
export class UsageInputType {
  @Field(() => String, { description: 'Code of the operation.' })
  operation!: string;

  @Field(() => BigIntString, { description: 'In units of the operation, 0 or more.' })
  quantity!: bigint;
}

@ObjectType('UsagePart', { description: 'One part of usage, with its price.', simpleResolvers: true })
export class UsagePartType {
  @Field(() => String, { description: 'Code of the operation.' })
  operation!: string;

  @Field(() => Int, { description: 'Version of the rate that it was priced by.' })
  rateVersion!: number;

  @Field(() => BigIntString, { description: 'In units of the operation.' })
  quantity!: bigint;

  @Field(() => BigIntString, { description: 'Its price in millionths of a credit.' })
  micro!: bigint;
}

@ObjectType('UsageCharge', { description: 'What usage cost, and what was taken for it.' })
export class UsageChargeType {
  @Field(() => ID, {
    description:
      'What reverseSpend takes: ctx_…. There is a transaction of this id where a whole credit was taken.',
  })
  transactionId!: string;

  @Field(() => BigIntString, {
    description:
      'In millionths of a credit. What makes no whole credit is taken together with what is used later.',
  })
  micro!: bigint;

  @Field(() => Credits, { description: 'Whole credits that were taken.' })
  credits!: bigint;

  @Field(() => BigIntString, {
    description: 'Of a settlement, what the user did not have and does not owe, in millionths of a credit.',
  })
  unpaidMicro!: bigint;

  @Field(() => BigIntString, { description: 'Part of micro that was given back.' })
  reversedMicro!: bigint;

  @Field(() => [UsagePartType], { description: 'In the order in which they were sent.' })
  parts!: UsagePartType[];
}

@ObjectType('SpendEstimate', { description: 'What usage costs by the rates of now.', simpleResolvers: true })
export class SpendEstimateType {
  @Field(() => Credits, { description: 'Whole credits that have to be there for it, rounded up.' })
  credits!: bigint;

  @Field(() => BigIntString, { description: 'In millionths of a credit.' })
  micro!: bigint;

  @Field(() => [UsagePartType], { description: 'In the order in which they were sent.' })
  parts!: UsagePartType[];
}

@ObjectType('Rate', {
  description: 'What an operation costs from an instant on, until the next version. It never changes.',
  simpleResolvers: true,
})
export class RateType {
  @Field(() => Int, { description: 'Counted from 1.' })
  version!: number;

  @Field(() => DateTime, { description: 'What is used from then on costs this.' })
  effectiveFrom!: Date;

  @Field(() => BigIntString, { description: 'For each use, in millionths of a credit.' })
  flatMicro!: bigint;

  @Field(() => BigIntString, { description: 'For perUnits units, in millionths of a credit.' })
  microPerUnit!: bigint;

  @Field(() => BigIntString, { description: 'How many units microPerUnit is for.' })
  perUnits!: bigint;

  @Field(() => BigIntString, { description: 'A use costs no less, in millionths of a credit.' })
  minimumMicro!: bigint;
}

@ObjectType('Operation', {
  description: 'Something that is used and has a price.',
  simpleResolvers: true,
})
export class OperationType {
  @Field(() => String, { description: 'Chosen by who made it; usage names it.' })
  code!: string;

  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Field(() => String, { description: 'What a quantity of it counts, e.g. token.' })
  unit!: string;

  @Field(() => Boolean, { description: 'False: nothing of it is spent or held any more.' })
  active!: boolean;

  @Field(() => RateType, { nullable: true, description: 'The one in force; null: there is none yet.' })
  rate!: RateType | null;

  @Field(() => [RateType], { description: 'The newest first, also those to come; at most 100.' })
  rates!: RateType[];
}
