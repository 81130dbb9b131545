import { Arg, Ctx, Field, FieldResolver, ID, ObjectType, Resolver, Root, Subscription } from 'type-graphql';
import type { CreditTransaction } from '../../credits/transactions';
import type { Wallet } from '../../credits/wallet.entity';
import { type BalanceChange, watchBalance } from '../../credits/watch';
import { userMeant } from '../access';
import type { Context } from '../context';
import { StreamEventKindEnum } from '../enums';
import { freshForEachEvent } from '../loaders';
import { Credits } from '../scalars';
import { BalanceType, CreditTransactionType } from './types';

@ObjectType('BalanceEvent', { simpleResolvers: true })
class BalanceEventType {
  @Field(() => StreamEventKindEnum)
  kind!: BalanceChange['kind'];

  @Field(() => String)
  cursor!: string;
}

@Resolver(() => BalanceEventType)
export class BalanceSubscription {
  @Subscription(() => BalanceEventType, {
    description:
      'Own balance: a snapshot first, then one event per change of balance, held, frozen or owed (transaction null when nothing was posted). Service and support may pass userId.',
    subscribe: async ({ args, context }: { args: WatchArguments; context: Context }) => {
      const userId = userMeant(context, args.userId);
      return freshForEachEvent(
        context.loaders,
        await watchBalance(context.deps, { userId, after: args.after }),
      );
    },
  })
  balanceChanged(
    @Root() change: BalanceChange,
    @Arg('userId', () => ID, { nullable: true }) _userId?: string | null,
    @Arg('after', () => String, { nullable: true }) _after?: string | null,
  ): BalanceChange {
    return change;
  }

  @FieldResolver(() => Credits, { nullable: true })
  delta(@Root() { delta }: BalanceChange): bigint | null {
    return delta;
  }

  @FieldResolver(() => BalanceType)
  balance(@Root() change: BalanceChange): Wallet {
    return change.wallet;
  }

  @FieldResolver(() => CreditTransactionType, { nullable: true })
  async transaction(
    @Ctx() { loaders }: Context,
    @Root() { journalId }: BalanceChange,
  ): Promise<CreditTransaction | null> {
    return journalId === null ? null : loaders.transactions.load(journalId);
  }
}

interface WatchArguments {
  readonly userId?: string | null;
  readonly after?: string | null;
}
