// What was decided of purchases, also of those that were never made. That all of it is for operators is said by @auth.
import { Args, Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { Money } from '../../kernel/money';
import type { Intent } from '../../payments/intent.entity';
import type { RiskDecision } from '../../risk/decision.entity';
import { countDecisions, listDecisions } from '../../risk/find-decisions';
import type { FiredRule } from '../../risk/find-signals';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { PaymentIntentType } from '../intents/types';
import { MoneyType } from '../money/types';
import { type Connection, connectionOf } from '../paging';
import { RiskDecisionConnectionType, RiskDecisionsArguments, RiskDecisionType } from './decision-types';
import { RiskSignalType } from './types';

@Resolver(() => RiskDecisionType)
export class RiskDecisionFields {
  @FieldResolver(() => ID)
  id(@Ctx() { loaders }: Context, @Root() { id }: RiskDecision): Promise<string> {
    return loaders.riskDecisionIds.load(id);
  }

  @FieldResolver(() => Int, { description: 'Of the rules; null: there were none.', nullable: true })
  ruleVersion(@Root() { ruleVersion }: RiskDecision): number | null {
    return ruleVersion === null ? null : Number(ruleVersion);
  }

  @FieldResolver(() => MoneyType, { description: 'The price of the purchase.' })
  amount(@Root() { amountMinor, currency }: RiskDecision): Money {
    return { amountMinor, currency };
  }

  @FieldResolver(() => PaymentIntentType, {
    description: 'The purchase; null when none was made.',
    nullable: true,
  })
  async intent(@Ctx() { loaders }: Context, @Root() { intentId }: RiskDecision): Promise<Intent | null> {
    return intentId === null ? null : loaders.intents.load(intentId);
  }

  @FieldResolver(() => [RiskSignalType], { description: 'The rules that fired, the heaviest first.' })
  signals(@Ctx() { loaders }: Context, @Root() { id }: RiskDecision): Promise<FiredRule[]> {
    return loaders.firedRules.load(id);
  }
}

@Resolver(() => AdminType)
export class AdminRiskDecisionFields {
  @FieldResolver(() => RiskDecisionConnectionType, {
    description: 'What the rules said of purchases, newest first: of those too that were never made.',
  })
  async riskDecisions(
    @Ctx() { deps }: Context,
    @Args(() => RiskDecisionsArguments) { filter, ...page }: RiskDecisionsArguments,
  ): Promise<Connection<RiskDecision>> {
    return connectionOf(await listDecisions(deps, filter ?? {}, page), () =>
      countDecisions(deps, filter ?? {}),
    );
  }
}
