// What was used, priced by the gateway's rates.
import { heldOf, keyed, present } from './answer';
import type { createCall } from './call';
import * as operations from './operations';
import type * as types from './types';

type Call = ReturnType<typeof createCall>;

export function usedOf(call: Call) {
  return {
    spendUsage: async (input: types.SpendUsageInput): Promise<types.UsageSpent> => {
      const { answer } = await call<operations.SpendUsageMutation>('spendUsage', operations.SPEND_USAGE, {
        input: keyed(input),
      });
      return {
        transaction: answer.transaction,
        usage: present(answer.usage, 'usage'),
        balance: present(answer.balance, 'balance'),
        replayed: answer.replayed,
        reversed: answer.reversed === true,
      };
    },
    settleUsage: async (input: types.SettleUsageInput): Promise<types.UsageSettled> => {
      const { answer } = await call<operations.SettleUsageMutation>('settleUsage', operations.SETTLE_USAGE, {
        input: keyed(input),
      });
      const usage = present(answer.usage, 'usage');
      return { ...heldOf(answer), transaction: answer.transaction, usage };
    },
    estimateSpend: async (usage: readonly types.UsageInput[]) =>
      (await call<operations.EstimateSpendQuery>('estimateSpend', operations.ESTIMATE_SPEND, { usage }))
        .estimateSpend,
  };
}
