import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Int, Mutation, Resolver } from 'type-graphql';
import { balanceOf } from '../../credits/balance';
import { countRefunds, listRefunds } from '../../refunds/find';
import { refundIntent } from '../../refunds/refund';
import type { Refund } from '../../refunds/refund.entity';
import type { RefundIntentInput } from '../../refunds/request';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answerKeyed } from '../errors';
import { asNumber, minorUnits } from '../money/minor';
import { type Connection, connectionOf } from '../paging';
import {
  RefundConnectionType,
  RefundFilterInput,
  RefundIntentInputType,
  RefundIntentPayloadType,
} from './types';

@ArgsType()
class RefundsArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => RefundFilterInput, { description: 'Left out: all.', nullable: true })
  filter?: RefundFilterInput | null;
}

@Resolver(() => AdminType)
export class AdminRefundFields {
  @FieldResolver(() => RefundConnectionType, {
    description: 'Money on its way back or returned, newest first.',
  })
  async refunds(
    @Ctx() { deps, loaders }: Context,
    @Args(() => RefundsArguments) args: RefundsArguments,
  ): Promise<Connection<Refund>> {
    const page = await listRefunds(deps, args.filter ?? {}, args);
    for (const { node } of page.items) loaders.refunds.prime(node.id, node);
    return connectionOf(page, () => countRefunds(deps, args.filter ?? {}));
  }
}

@Resolver()
export class RefundMutations {
  @Mutation(() => RefundIntentPayloadType, {
    description:
      'Role: finance. The provider is asked first; credits leave when it agrees, unspent ones first, then as debt.',
  })
  refundIntent(
    @Ctx() context: Context,
    @Arg('input', () => RefundIntentInputType) input: RefundIntentInputType,
  ) {
    const caller = callerOf(context);
    const { deps } = context;
    const work = async () => {
      const { refund, intent, replayed } = await refundIntent(deps, caller, refundIn(input));
      return { refund, intent, balance: () => balanceOf(deps, intent.userId), replayed };
    };
    const keyed = { operation: 'refundIntent', key: input.idempotencyKey };
    return answerKeyed(context, keyed, work);
  }
}

/** As the use case takes it. @throws Problem INVALID_INPUT for an amount by both of its names */
const refundIn = (input: RefundIntentInputType): RefundIntentInput => ({
  ...input,
  amountCents: asNumber(minorUnits(input.amountMinor, input.amountCents, 'amountMinor')),
  seenLeftCents: asNumber(minorUnits(input.seenLeftMinor, input.seenLeftCents, 'seenLeftMinor')),
});
