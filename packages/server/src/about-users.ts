// What is said of users: how they are called, and how much may be spent of their credits.
import { present } from './answer';
import type { createCall } from './call';
import * as operations from './operations';
import type * as types from './types';

type Call = ReturnType<typeof createCall>;

export function usersOf(call: Call) {
  return {
    setSpendLimit: async (input: types.SetSpendLimitInput): Promise<types.BalanceWithLimits> =>
      present(
        (await call<operations.SetSpendLimitMutation>('setSpendLimit', operations.SET_SPEND_LIMIT, { input }))
          .answer.balance,
        'balance',
      ),
    upsertUser: async (input: types.UpsertUserInput): Promise<types.UserProfile> =>
      present(
        (await call<operations.UpsertUserMutation>('upsertUser', operations.UPSERT_USER, { input })).answer
          .user,
        'user',
      ),
  };
}
