import { Arg, Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import type { CreditTransaction } from '../../credits/transactions';
import type { Wallet } from '../../credits/wallet.entity';
import { type BalanceChange, watchBalance } from '../../credits/watch';
import type { WalletNamed } from '../../wallets/meant';
import { hearOnlyWhileMember, seesTransaction, walletAsked } from '../access';
import type { Context } from '../context';
import { StreamEventKindEnum } from '../enums';
import { freshForEachEvent } from '../fresh';
import { Credits, DateTime } from '../scalars';
import { WALLET_ID } from '../wallets/named';
import { BalanceType, CreditTransactionType } from './types';

@ObjectType('ExpiringCredits', {
  description: 'Credits of one lot that are about to expire.',
  simpleResolvers: true,
})
class ExpiringCreditsType {
  @Field(() => Credits, { description: 'What is left of the lot: lost if it is not spent.' })
  credits!: bigint;

  @Field(() => DateTime, { description: 'From then on they cannot be spent.' })
  expiresAt!: Date;
}

@ObjectType('BalanceEvent', {
  description: 'One change of a balance, with the figures after it.',
  simpleResolvers: true,
})
class BalanceEventType {
  @Field(() => StreamEventKindEnum, {
    description: 'Whether it is where the stream begins, a change, or a gap.',
  })
  kind!: BalanceChange['kind'];

  @Field(() => ExpiringCreditsType, {
    nullable: true,
    description: 'A week and a day before credits expire: these. Nothing has changed then. Else null.',
  })
  expiring!: BalanceChange['expiring'];

  @Field(() => String, { description: 'Goes back in as `after` when reconnecting.' })
  cursor!: string;
}

@Resolver(() => BalanceEventType)
export class BalanceSubscription {
  @Subscription(() => BalanceEventType, {
    description:
      'Own balance: a snapshot first, then one event per change of balance, held, frozen or owed (transaction null when nothing was posted). Service and support may pass userId.',
    subscribe: async ({ args, context }: { args: WatchArguments; context: Context }) => {
      const { id: userId } = await walletAsked(context, args, 'member');
      hearOnlyWhileMember(context, userId, 'member');
      return freshForEachEvent(
        context.loaders,
        await watchBalance(context.deps, { userId, after: args.after }),
      );
    },
  })
  balanceChanged(
    @Root() change: BalanceChange,
    @Arg('userId', () => ID, {
      description: "Service and support: whose. Left out: the caller's own.",
      nullable: true,
    })
    _userId?: string | null,
    @Arg('walletId', () => ID, { description: WALLET_ID, nullable: true })
    _walletId?: string | null,
    @Arg('after', () => String, {
      description: 'Cursor of the last event that was seen. Left out: a snapshot comes first.',
      nullable: true,
    })
    _after?: string | null,
  ): BalanceChange {
    return change;
  }

  @FieldResolver(() => Credits, {
    description:
      'By how much `credits` changed, signed; 0 when only what is held or frozen did. Null in a snapshot or gap.',
    nullable: true,
  })
  delta(@Root() { delta }: BalanceChange): bigint | null {
    return delta;
  }

  @FieldResolver(() => BalanceType, { description: 'All figures after this change.' })
  balance(@Root() change: BalanceChange): Wallet {
    return change.wallet;
  }

  @FieldResolver(() => CreditTransactionType, {
    description:
      'What was booked; null in a snapshot or gap, for a hold, and to a member of a shared wallet for what they did not spend themselves.',
    nullable: true,
  })
  async transaction(
    @Ctx() context: Context,
    @Root() { journalId }: BalanceChange,
  ): Promise<CreditTransaction | null> {
    const transaction = journalId === null ? null : await context.loaders.transactions.load(journalId);
    return transaction && (await seesTransaction(context, transaction)) ? transaction : null;
  }
}

interface WatchArguments extends WalletNamed {
  readonly after?: string | null;
}
