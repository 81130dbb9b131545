import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, Int, Query, Resolver } from 'type-graphql';
import { findIntent, findIntentBy } from '../../intents/find';
import { countIntents, type IntentFilter, type IntentOrder, listIntents } from '../../intents/list';
import type { Intent } from '../../payments/intent.entity';
import { marksOf } from '../../users/marks';
import { callerOf, isOperator, walletAsked } from '../access';
import type { Context } from '../context';
import { minorRange } from '../money/minor';
import { type Connection, connectionOf, connectionType } from '../paging';
import { intentColumns } from './columns';
import { IntentFilterInput, IntentLookupInput, IntentOrderInput } from './inputs';
import { PaymentIntentType } from './types';

const PaymentIntentConnectionType = connectionType('PaymentIntent', PaymentIntentType);

@ArgsType()
class IntentsArguments {
  @Field(() => Int, { nullable: true, defaultValue: 20 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => Int, { nullable: true })
  last?: number | null;

  @Field(() => String, { nullable: true })
  before?: string | null;

  @Field(() => IntentFilterInput, { nullable: true })
  filter?: IntentFilterInput | null;

  @Field(() => IntentOrderInput, { nullable: true })
  orderBy?: IntentOrderInput | null;
}

@Resolver()
export class IntentResolver {
  @Query(() => PaymentIntentType, {
    nullable: true,
    description:
      'Own intents only, unless service or support. Null when absent or not yours (the two look alike).',
  })
  async intent(
    @Ctx() context: Context,
    @Arg('id', () => ID, { description: 'int_….' }) id: string,
  ): Promise<Intent | null> {
    return findIntent(context.deps, callerOf(context), id);
  }

  @Query(() => PaymentIntentType, { nullable: true, description: 'The same by another unique key.' })
  async intentBy(
    @Ctx() context: Context,
    @Arg('lookup', () => IntentLookupInput) lookup: IntentLookupInput,
  ): Promise<Intent | null> {
    return findIntentBy(context.deps, callerOf(context), lookup);
  }

  @Query(() => PaymentIntentConnectionType, {
    description: 'Own intents, newest first; service and support may pass filter.userId.',
  })
  async intents(
    @Ctx() context: Context,
    @Args(() => IntentsArguments) args: IntentsArguments,
    @Info() info: GraphQLResolveInfo,
  ): Promise<Connection<Intent>> {
    const { deps, loaders } = context;
    const only = intentColumns(info);
    const caller = callerOf(context);
    const { walletId = null, ...asked } = args.filter ?? {};
    const filter = filterOf(context, asked);
    const orderBy = orderOf(args.orderBy);
    const named = { walletId, userId: asked.userId };
    const ofWallet = walletId && (await walletAsked(context, named, 'manager', ['filter'])).id;
    const of = { filter, ofWallet, orderBy };
    const page = await listIntents(deps, caller, { ...of, page: args, only });
    if (!only) for (const { node } of page.items) loaders.intents.prime(node.id, node);
    return connectionOf(page, () => countIntents(deps, caller, of));
  }
}

/** Whose name it is, support alone may look for. */
const filterOf = (context: Context, filter?: IntentFilterInput | null): IntentFilter => ({
  ...filter,
  searchMarks: filter?.search && isOperator(context) ? marksOf(context.deps.secrets, filter.search) : null,
  amountMinor: minorRange(filter?.amountMinor, filter?.amountCents),
});

const orderOf = (orderBy?: IntentOrderInput | null): IntentOrder | null =>
  orderBy ? { ...orderBy, field: orderBy.field === 'amountCents' ? 'amountMinor' : orderBy.field } : null;
