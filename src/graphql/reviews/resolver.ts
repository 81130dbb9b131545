// Purchases that wait for a person: the operators' queue, and the decision.
import { Arg, Args, ArgsType, Ctx, Field, FieldResolver, Int, Mutation, Resolver, Root } from 'type-graphql';
import { invariant } from '../../kernel/invariant';
import { Problem } from '../../kernel/problems';
import type { Intent } from '../../payments/intent.entity';
import { decideRiskReview } from '../../reviews/decide-risk-review';
import { countReviews, dueAtOf, listReviews } from '../../reviews/find';
import type { RelatedPurchase } from '../../reviews/related';
import type { FiredRule } from '../../risk/find-signals';
import type { ReviewStatus, RiskReview } from '../../risk/review.entity';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answer } from '../errors';
import { PaymentIntentType } from '../intents/types';
import { type Connection, connectionOf } from '../paging';
import { RiskSignalType } from '../risk/types';
import { Credits, DateTime } from '../scalars';
import {
  DecideRiskReviewInputType,
  DecideRiskReviewPayloadType,
  RelatedIntentType,
  RiskReviewConnectionType,
  RiskReviewStatusEnum,
  RiskReviewType,
} from './types';

// As the contract caps every list that is not a connection.
const RELATED_MAX = 50;

function relatedSize(first: number): number {
  if (first < 1 || first > RELATED_MAX)
    throw new Problem('INVALID_INPUT', `Ask for 1 to ${RELATED_MAX} of them.`, ['first']);
  return first;
}

@ArgsType()
class RiskReviewsArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => [RiskReviewStatusEnum], {
    description: 'Any of these; null: whatever became of them.',
    nullable: true,
    defaultValue: ['open'],
  })
  status?: ReviewStatus[] | null;
}

@Resolver(() => RiskReviewType)
export class RiskReviewFields {
  @FieldResolver(() => PaymentIntentType, { description: 'The purchase.' })
  async intent(@Ctx() { loaders }: Context, @Root() { id, intentId }: RiskReview): Promise<Intent> {
    const intent = await loaders.intents.load(intentId);
    invariant(intent, `Intent ${intentId} of ${id} is gone`);
    return intent;
  }

  @FieldResolver(() => DateTime, {
    description: 'When it is rejected by itself; null once it is decided.',
    nullable: true,
  })
  dueAt(@Ctx() { deps }: Context, @Root() review: RiskReview): Date | null {
    return review.status === 'open' ? dueAtOf(review, deps.risk) : null;
  }

  @FieldResolver(() => [RiskSignalType], {
    description: 'The rules that asked for it, the heaviest first; none when a provider did.',
  })
  async signals(@Ctx() { loaders }: Context, @Root() { decisionId }: RiskReview): Promise<FiredRule[]> {
    return decisionId === null ? [] : loaders.firedRules.load(String(decisionId));
  }

  @FieldResolver(() => [RelatedIntentType], {
    description:
      'Purchases, of anybody, that share card, device or address with it: those that share most first, of these the newest. Of each way the newest 200 are looked at.',
  })
  async relatedIntents(
    @Ctx() { loaders }: Context,
    @Root() { intentId }: RiskReview,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'At most so many, up to 50.' })
    first?: number | null,
  ): Promise<RelatedPurchase[]> {
    return loaders.relatedPurchases.load({ intentId, first: relatedSize(first ?? 20) });
  }

  @FieldResolver(() => Credits, {
    description:
      'Credits that it keeps from being spent: what was free of the purchase, and is neither refunded nor disputed.',
  })
  frozenCredits(@Ctx() { loaders }: Context, @Root() { id }: RiskReview): Promise<bigint> {
    return loaders.frozenByReviews.load(id);
  }
}

@Resolver(() => RelatedIntentType)
export class RelatedIntentFields {
  @FieldResolver(() => PaymentIntentType, { description: 'The other purchase.' })
  async intent(@Ctx() { loaders }: Context, @Root() { intentId }: RelatedPurchase): Promise<Intent> {
    const intent = await loaders.intents.load(intentId);
    invariant(intent, `Intent ${intentId} is gone`);
    return intent;
  }
}

@Resolver(() => AdminType)
export class AdminRiskReviewFields {
  @FieldResolver(() => RiskReviewConnectionType, {
    description: 'Purchases that wait for a person, and what was decided of others, the oldest first.',
  })
  async riskReviews(
    @Ctx() { deps, loaders }: Context,
    @Args(() => RiskReviewsArguments) args: RiskReviewsArguments,
  ): Promise<Connection<RiskReview>> {
    const page = await listReviews(deps, args.status, args);
    for (const { node } of page.items) loaders.riskReviews.prime(node.id, node);
    return connectionOf(page, () => countReviews(deps, args.status));
  }
}

@Resolver()
export class RiskReviewMutations {
  @Mutation(() => DecideRiskReviewPayloadType, {
    description:
      'Says of a purchase that waits whether its credits may be spent or its money goes back. Role: support. A rejection of more than one person may send back waits for a second one.',
  })
  decideRiskReview(
    @Ctx() context: Context,
    @Arg('input', () => DecideRiskReviewInputType) input: DecideRiskReviewInputType,
  ) {
    const caller = callerOf(context);
    return answer(context, async () => ({ review: await decideRiskReview(context.deps, caller, input) }));
  }
}
