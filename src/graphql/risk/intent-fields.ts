// What risk says of a purchase. Below support all of it is null, without an error: who tries cards would learn from it.
import { Ctx, FieldResolver, Int, Resolver, Root } from 'type-graphql';
import type { Intent } from '../../payments/intent.entity';
import type { FiredRule } from '../../risk/find-signals';
import { isOperator } from '../access';
import type { Context } from '../context';
import { PaymentIntentType } from '../intents/types';
import { RiskDecisionKindEnum, RiskSignalType } from './types';

@Resolver(() => PaymentIntentType)
export class PaymentIntentRiskFields {
  @FieldResolver(() => Int, {
    nullable: true,
    description: '0 to 100, of riskDecision. Null where nothing was judged, and below support.',
  })
  riskScore(@Ctx() context: Context, @Root() intent: Intent): number | null {
    return isOperator(context) ? intent.riskScore : null;
  }

  @FieldResolver(() => RiskDecisionKindEnum, {
    nullable: true,
    description: 'The strictest that was decided so far. Null where nothing was judged, and below support.',
  })
  riskDecision(@Ctx() context: Context, @Root() intent: Intent): Intent['riskDecision'] {
    return isOperator(context) ? intent.riskDecision : null;
  }

  @FieldResolver(() => [RiskSignalType], {
    nullable: true,
    description: 'The rules that fired for riskDecision, the heaviest first. Null as riskScore is.',
  })
  async riskSignals(@Ctx() context: Context, @Root() intent: Intent): Promise<FiredRule[] | null> {
    const { riskDecisionId } = intent;
    return isOperator(context) && riskDecisionId ? context.loaders.firedRules.load(riskDecisionId) : null;
  }
}
