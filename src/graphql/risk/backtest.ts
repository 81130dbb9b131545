// What other rules would have done. Long for a query, and seldom asked: one at a time.
import { Args, Ctx, FieldResolver, Resolver } from 'type-graphql';
import { Problem } from '../../kernel/problems';
import { backtestRiskRules } from '../../reviews/backtest';
import { RISK_DECISIONS } from '../../reviews/backtest-figures';
import type { Moved } from '../../reviews/backtest-moved';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { RiskBacktestArguments, RiskBacktestType } from './backtest-types';

// Before the number of a decision by which no purchase was made.
const UNMADE = 'rsk_';

@Resolver(() => AdminType)
export class AdminRiskBacktestFields {
  @FieldResolver(() => RiskBacktestType, {
    description:
      'Replays the decisions of a time by other rules. A million take seconds, and one backtest runs at a time. Role: finance.',
  })
  async riskBacktest(
    @Ctx() { deps, loaders }: Context,
    @Args(() => RiskBacktestArguments) { range, document, version }: RiskBacktestArguments,
  ) {
    const { gte, lt } = range;
    if (!gte || !lt) throw new Problem('INVALID_INPUT', 'The range has both ends.', ['range']);
    const backtest = await backtestRiskRules(deps, {
      ...{ document: document ?? undefined, version, from: gte, before: lt },
    });
    return {
      ...backtest,
      moved: backtest.moved.map((moved) => moveOf(loaders, moved)),
      money: backtest.money.map(({ currency, ...of }) => {
        const money = (amountMinor: bigint) => ({ amountMinor, currency });
        return {
          ...{
            bad: money(of.bad),
            badCaught: money(of.badCaught),
            badCaughtBefore: money(of.badCaughtBefore),
          },
          saved: money(of.badCaught - of.badCaughtBefore),
          ...{ honest: money(of.honest), honestTouched: money(of.honestTouched) },
          honestTouchedBefore: money(of.honestTouchedBefore),
        };
      }),
    };
  }
}

function moveOf(loaders: Context['loaders'], { purchase, was, would, amountMinor, currency, ...of }: Moved) {
  const isMade = !purchase.startsWith(UNMADE);
  return {
    ...of,
    intent: isMade ? loaders.intents.load(purchase) : null,
    decisionId: isMade ? null : loaders.riskDecisionIds.load(purchase.slice(UNMADE.length)),
    was: RISK_DECISIONS[was],
    would: RISK_DECISIONS[would],
    amount: { amountMinor, currency },
  };
}
