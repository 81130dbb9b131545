// The rules by which purchases are judged, version by version. Who may change them is said by @auth.
import { Arg, Ctx, FieldResolver, ID, Mutation, Resolver, Root } from 'type-graphql';
import { numberedId } from '../../kernel/ids';
import { activateRiskRules } from '../../risk/activate-risk-rules';
import { listRiskRules } from '../../risk/find-risk-rules';
import { proposeRiskRules } from '../../risk/propose-risk-rules';
import { retireRiskRules } from '../../risk/retire-risk-rules';
import type { RiskRuleSet } from '../../risk/rule-set';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answer } from '../errors';
import {
  ActivateRiskRulesInputType,
  ActivateRiskRulesPayloadType,
  ProposeRiskRulesInputType,
  ProposeRiskRulesPayloadType,
  RetireRiskRulesInputType,
  RetireRiskRulesPayloadType,
  RiskRuleSetType,
} from './rules-types';

@Resolver(() => AdminType)
export class AdminRiskRuleFields {
  @FieldResolver(() => [RiskRuleSetType], {
    description: 'The newest versions of the rules, at most 50, and those that judge, newest first.',
  })
  riskRules(@Ctx() { deps }: Context): Promise<RiskRuleSet[]> {
    return listRiskRules(deps);
  }
}

@Resolver(() => RiskRuleSetType)
export class RiskRuleSetFields {
  @FieldResolver(() => ID)
  id(@Root() { version }: RiskRuleSet): string {
    return numberedId('riskRules', version);
  }
}

@Resolver()
export class RiskRuleMutations {
  @Mutation(() => ProposeRiskRulesPayloadType, {
    description:
      'Write a version of the rules, or have it judge in the shadow. Nothing acts on it yet. Role: admin.',
  })
  proposeRiskRules(
    @Ctx() context: Context,
    @Arg('input', () => ProposeRiskRulesInputType) input: ProposeRiskRulesInputType,
  ) {
    return answer(context, async () => ({
      rules: await proposeRiskRules(context.deps, callerOf(context), input),
    }));
  }

  @Mutation(() => ActivateRiskRulesPayloadType, {
    description:
      'Judge by this version from now on, in every process. Where RISK_RULES_APPROVAL is on, not by who proposed it. Role: admin.',
  })
  activateRiskRules(
    @Ctx() context: Context,
    @Arg('input', () => ActivateRiskRulesInputType) { version }: ActivateRiskRulesInputType,
  ) {
    return answer(context, async () => ({
      rules: await activateRiskRules(context.deps, callerOf(context), version),
    }));
  }

  @Mutation(() => RetireRiskRulesPayloadType, {
    description: 'Put a version aside that is proposed or judges in the shadow. Role: admin.',
  })
  retireRiskRules(
    @Ctx() context: Context,
    @Arg('input', () => RetireRiskRulesInputType) { version }: RetireRiskRulesInputType,
  ) {
    return answer(context, async () => ({
      rules: await retireRiskRules(context.deps, callerOf(context), version),
    }));
  }
}
