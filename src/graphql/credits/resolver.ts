import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Args, ArgsType, Ctx, Field, ID, Info, Int, Query, Resolver } from 'type-graphql';
import { balanceAt, type PastBalance } from '../../credits/balance-at';
import { KINDS_OF } from '../../credits/transaction-types';
import { type CreditTransaction, countTransactions, listTransactions } from '../../credits/transactions';
import type { Wallet } from '../../credits/wallet.entity';
import { isStorable } from '../../kernel/text';
import { callerOf, isOperator, walletAsked } from '../access';
import { asksFor } from '../asked-fields';
import type { Context } from '../context';
import { type Connection, connectionOf, connectionType } from '../paging';
import { DateTime } from '../scalars';
import { WALLET_ID } from '../wallets/named';
import {
  BalanceType,
  CreditTransactionFilterInput,
  CreditTransactionType,
  HistoricBalanceType,
} from './types';

const CreditTransactionConnectionType = connectionType('CreditTransaction', CreditTransactionType);

/** The fields of a balance that are read from its lots. */
const OF_LOTS = ['lots', 'nextExpiry', 'promotional'];

@ArgsType()
class TransactionsArguments {
  @Field(() => ID, { description: "Service and support: whose. Left out: the caller's own.", nullable: true })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => Int, { nullable: true, defaultValue: 20 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => CreditTransactionFilterInput, { nullable: true })
  filter?: CreditTransactionFilterInput | null;
}

@Resolver()
export class CreditResolver {
  @Query(() => BalanceType, {
    description: 'Own balance, or that of a shared wallet; service and support may pass userId.',
  })
  async balance(
    @Ctx() context: Context,
    @Info() info: GraphQLResolveInfo,
    @Arg('userId', () => ID, {
      description: "Service and support: whose. Left out: the caller's own.",
      nullable: true,
    })
    userId?: string | null,
    @Arg('walletId', () => ID, { description: WALLET_ID, nullable: true })
    walletId?: string | null,
  ): Promise<Wallet> {
    const { loaders } = context;
    const { id: owner } = await walletAsked(context, { userId, walletId }, 'member');
    // A balance and its lots are of one moment, and so is what else the document shows of the wallet.
    if (asksFor(info, OF_LOTS) && isStorable(owner)) void loaders.walletsAndLots.load(owner);
    return loaders.wallets.load(owner);
  }

  @Query(() => HistoricBalanceType, { description: 'Role: service, support (any user) or the user.' })
  async balanceAt(
    @Ctx() context: Context,
    @Arg('at', () => DateTime, { description: 'An instant that has passed.' }) at: Date,
    @Arg('userId', () => ID, {
      description: "Service and support: whose. Left out: the caller's own.",
      nullable: true,
    })
    userId?: string | null,
    @Arg('walletId', () => ID, { description: WALLET_ID, nullable: true })
    walletId?: string | null,
  ): Promise<PastBalance> {
    const { deps, loaders } = context;
    const readWallet = (id: string) => loaders.wallets.load(id);
    const { id: owner } = await walletAsked(context, { userId, walletId }, 'manager');
    return balanceAt({ pool: deps.pool, readWallet }, { userId: owner, at });
  }

  @Query(() => CreditTransactionConnectionType, {
    description: "All that moved one's credits, newest first; service and support may pass userId.",
  })
  async creditTransactions(
    @Ctx() context: Context,
    @Args(() => TransactionsArguments) args: TransactionsArguments,
  ): Promise<Connection<CreditTransaction>> {
    const { deps, loaders } = context;
    const { id: userId, onlyOf } = await walletAsked(context, args, 'member');
    // The lines that made the balance that the same document shows, and none that came since.
    const { lineSequence: upTo } = await loaders.wallets.load(userId);
    const { type, ...rest } = args.filter ?? {};
    const kinds = type?.flatMap((name) => KINDS_OF[name]);
    // No key has an empty id.
    const apiKeyId = rest.apiKeyId && callerOf(context).role === 'user' ? '' : rest.apiKeyId;
    // A member sees what they spent themselves.
    const filter = { ...rest, apiKeyId, kinds, onlyOf, isForUser: !isOperator(context) };
    const page = { first: args.first, after: args.after };
    return connectionOf(await listTransactions(deps, userId, { filter, page, upTo }), () =>
      countTransactions(deps, userId, upTo, filter),
    );
  }
}
