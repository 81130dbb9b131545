// Operations, what they cost, and what usage of them would.
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
} from 'type-graphql';
import { estimateSpend, type SpendEstimate } from '../../credits/estimate-spend';
import { listOperations, type RatedOperation } from '../../credits/operations';
import { saveOperation } from '../../credits/save-operation';
import { saveRate } from '../../credits/save-rate';
import type { UsageCharge } from '../../credits/usage';
import { numberedId } from '../../kernel/ids';
import { callerOf } from '../access';
import type { Context } from '../context';
import { answer } from '../errors';
import { UserErrorType } from '../problems/types';
import { BigIntString, DateTime } from '../scalars';
import { OperationType, SpendEstimateType, UsageChargeType, UsageInputType } from './usage-types';

@InputType('SaveOperationInput', { description: 'An operation as it is from now on.' })
class SaveOperationInputType {
  @Field(() => String, {
    description: '1 to 64 small letters, digits, - _ or dots. One that is there is replaced.',
  })
  code!: string;

  @Field(() => String, { description: 'For people, 1 to 255 characters.' })
  name!: string;

  @Field(() => String, { description: 'What a quantity of it counts, e.g. token; 1 to 40 characters.' })
  unit!: string;

  @Field(() => Boolean, {
    nullable: true,
    description: 'False: nothing of it is spent or held. Left out: true.',
  })
  active?: boolean | null;
}

@InputType('SaveRateInput', {
  description: 'flatMicro + quantity × microPerUnit ÷ perUnits, rounded up, and no less than minimumMicro.',
})
class SaveRateInputType {
  @Field(() => String, { description: 'Code of the operation.' })
  operation!: string;

  @Field(() => BigIntString, {
    nullable: true,
    description: 'For each use, in millionths of a credit; left out: 0.',
  })
  flatMicro?: bigint | null;

  @Field(() => BigIntString, {
    nullable: true,
    description: 'For perUnits units, in millionths of a credit; left out: 0.',
  })
  microPerUnit?: bigint | null;

  @Field(() => BigIntString, {
    nullable: true,
    description: 'How many units microPerUnit is for; left out: 1.',
  })
  perUnits?: bigint | null;

  @Field(() => BigIntString, {
    nullable: true,
    description: 'A use costs no less, in millionths of a credit; left out: 0.',
  })
  minimumMicro?: bigint | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'A minute ahead or later, and after the last one. Left out: of the first rate now, of others in a minute.',
  })
  effectiveFrom?: Date | null;
}

@ObjectType('SaveOperationPayload', { description: 'The operation as it is now.', simpleResolvers: true })
class SaveOperationPayloadType {
  @Field(() => OperationType, { nullable: true, description: 'Null when nothing was done.' })
  operation!: OperationType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('SaveRatePayload', { description: 'The operation with its new rate.', simpleResolvers: true })
class SaveRatePayloadType {
  @Field(() => OperationType, { nullable: true, description: 'Null when nothing was done.' })
  operation!: OperationType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@Resolver(() => UsageChargeType)
export class UsageChargeFields {
  @FieldResolver(() => ID)
  transactionId(@Root() { journalId }: UsageCharge): string {
    return numberedId('creditTransaction', journalId);
  }
}

@Resolver()
export class OperationResolver {
  @Query(() => [OperationType], {
    description: 'What is used and has a price, by code, at most 500; anybody may ask.',
  })
  operations(@Ctx() { deps }: Context): Promise<RatedOperation[]> {
    return listOperations(deps);
  }

  @Query(() => SpendEstimateType, {
    description:
      'What usage costs by the rates of now: no promise, and no wallet is looked at. Anybody may ask.',
  })
  estimateSpend(
    @Ctx() { deps }: Context,
    @Arg('usage', () => [UsageInputType], { description: '1 to 20 parts.' }) usage: UsageInputType[],
  ): Promise<SpendEstimate> {
    return estimateSpend(deps, usage);
  }

  @Mutation(() => SaveOperationPayloadType, {
    description: 'Make an operation, or change what it is called and whether it may be used. Role: admin.',
  })
  saveOperation(
    @Ctx() context: Context,
    @Arg('input', () => SaveOperationInputType) input: SaveOperationInputType,
  ) {
    return answer(context, async () => {
      const { code } = await saveOperation(context.deps, callerOf(context), input);
      return { operation: (await listOperations(context.deps, [code]))[0] };
    });
  }

  @Mutation(() => SaveRatePayloadType, {
    description: 'Say what an operation costs from an instant on. What was priced before stays. Role: admin.',
  })
  saveRate(@Ctx() context: Context, @Arg('input', () => SaveRateInputType) input: SaveRateInputType) {
    return answer(context, async () => {
      const { operation } = await saveRate(context.deps, callerOf(context), input);
      return { operation: (await listOperations(context.deps, [operation]))[0] };
    });
  }
}
