// Ways to break who belongs to a shared wallet, and what each may do with it.
export const mutants = [
  {
    name: 'a spend asks nobody whether its member belongs to the wallet',
    file: 'src/credits/spend.sql',
    from: "      when v_wallet.is_shared and not may_spend_of(v_ask.user_id, v_ask.member_id, v_ask.kind) then 'no_member'\n",
    to: '',
    tests: ['test/wallets/spends.test.ts'],
  },
  {
    name: 'the key of another member is a replay',
    file: 'src/credits/spenders.ts',
    from: 'memberId === null ? {} : { memberId }',
    to: 'memberId === null ? {} : {}',
    tests: ['test/wallets/spends.test.ts'],
  },
  {
    name: 'a member sees what the others spent',
    file: 'src/wallets/membership.ts',
    from: "includesRole(role, 'manager') ? null : memberId",
    to: 'null',
    tests: ['test/graphql/wallet-roles.test.ts'],
  },
  {
    name: 'a manager makes managers',
    file: 'src/wallets/members.sql',
    from: "and coalesce(p_after, 'member') = 'member'",
    to: '',
    tests: ['test/wallets/members.test.ts'],
  },
  {
    name: 'limits of who was removed stay',
    file: 'src/wallets/members.sql',
    from: "  delete from spend_limits where user_id = p_wallet_id and subject = 'member:' || p_user_id;\n",
    to: '',
    tests: ['test/wallets/spends.test.ts'],
  },
  {
    name: 'who was removed hears on',
    file: 'src/graphql/execution.ts',
    from: '!mayStillHear || (await throughOutage(mayStillHear))',
    to: '!mayStillHear || true',
    tests: ['test/wallets/over-http.test.ts'],
  },
  {
    name: 'a purchase of another member is repeated by its key',
    file: 'src/intents/wish.ts',
    from: 'if (isSharedWalletId(intent.userId) && intent.createdBy !== caller.id) return false;',
    to: '',
    tests: ['test/wallets/over-http.test.ts'],
  },
  {
    name: 'whoever signs in under the id of a shared wallet has it',
    file: 'src/callers/claims.ts',
    from: 'if (isSharedWalletId(id)) return null;',
    to: '',
    tests: ['test/wallets/over-http.test.ts'],
  },
];
