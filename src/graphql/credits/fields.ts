// What a balance and a credit transaction show that is not a property of the same name. Credits are whole numbers far
// below 2^31, so they are Int in the contract and bigint behind it.
import { Ctx, FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { PastBalance } from '../../credits/balance-at';
import type { Lot } from '../../credits/lot.entity';
import { KINDS_OF, type TransactionType } from '../../credits/transaction-types';
import type { CreditTransaction } from '../../credits/transactions';
import { availableCredits, type Wallet } from '../../credits/wallet.entity';
import { numberedId } from '../../kernel/ids';
import { invariant } from '../../kernel/invariant';
import { isOperator } from '../access';
import type { Context } from '../context';
import {
  BalanceType,
  CreditExpiryType,
  CreditLotType,
  CreditTransactionType,
  CreditTransactionTypeEnum,
  HistoricBalanceType,
} from './types';

@Resolver(() => BalanceType)
export class BalanceFields {
  @FieldResolver(() => Int, { description: 'available + held + frozen. What a user sees as the balance.' })
  credits(@Root() wallet: Wallet): number {
    return Number(wallet.balance);
  }

  @FieldResolver(() => Int, { description: 'What a spend or a hold may take now.' })
  available(@Root() wallet: Wallet): number {
    return Number(availableCredits(wallet));
  }

  @FieldResolver(() => Int, { description: 'Reserved by holds that are not settled yet.' })
  held(@Root() wallet: Wallet): number {
    return Number(wallet.held);
  }

  @FieldResolver(() => Int, { description: 'Frozen by an open dispute or a risk review.' })
  frozen(@Root() wallet: Wallet): number {
    return Number(wallet.frozen);
  }

  @FieldResolver(() => Int, {
    description:
      'Credits spent before a refund or chargeback took them back; the next purchase pays this first.',
  })
  owed(@Root() wallet: Wallet): number {
    return Number(wallet.owed);
  }

  @FieldResolver(() => CreditExpiryType, {
    nullable: true,
    description: 'The next credits to expire, null when none do.',
  })
  async nextExpiry(
    @Ctx() { loaders }: Context,
    @Root() { userId }: Wallet,
  ): Promise<CreditExpiryType | null> {
    const next = (await loaders.openLots.load(userId)).find((lot) => lot.isAhead);
    return next?.expiresAt ? { credits: next.expiringTogether, at: next.expiresAt } : null;
  }

  @FieldResolver(() => [CreditLotType], {
    description:
      'Where the balance comes from: one row per grant with something left, soonest to expire first; at most 50.',
  })
  lots(@Ctx() { loaders }: Context, @Root() { userId }: Wallet): Promise<Lot[]> {
    return loaders.openLots.load(userId);
  }
}

@Resolver(() => HistoricBalanceType)
export class HistoricBalanceFields {
  @FieldResolver(() => Int)
  credits(@Root() { balance }: PastBalance): number {
    return Number(balance);
  }

  @FieldResolver(() => Int)
  available(@Root() { balance, held, frozen }: PastBalance): number {
    return Number(balance - held - frozen);
  }

  @FieldResolver(() => Int)
  held(@Root() { held }: PastBalance): number {
    return Number(held);
  }

  @FieldResolver(() => Int)
  frozen(@Root() { frozen }: PastBalance): number {
    return Number(frozen);
  }

  @FieldResolver(() => Int)
  owed(@Root() { owed }: PastBalance): number {
    return Number(owed);
  }
}

@Resolver(() => CreditLotType)
export class CreditLotFields {
  @FieldResolver(() => ID)
  id(@Root() lot: Lot): string {
    return numberedId('lot', lot.id);
  }

  @FieldResolver(() => CreditTransactionTypeEnum)
  source(@Root() { intentId }: Lot): TransactionType {
    return intentId === null ? 'adjustment' : 'purchase';
  }
}

@Resolver(() => CreditTransactionType)
export class CreditTransactionFields {
  @FieldResolver(() => ID)
  id(@Root() transaction: CreditTransaction): string {
    return numberedId('creditTransaction', transaction.journalId);
  }

  @FieldResolver(() => CreditTransactionTypeEnum)
  type(@Root() { kind }: CreditTransaction): TransactionType {
    const found = Object.entries(KINDS_OF).find(([, posted]) => posted.includes(kind));
    invariant(found, `A posting of kind ${kind} moved a wallet`);
    return found[0] as TransactionType;
  }

  @FieldResolver(() => Int, { description: 'Signed: + adds, - takes.' })
  credits(@Root() transaction: CreditTransaction): number {
    return Number(transaction.credits);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Of a spend, why, as its caller said. Of what an operator did: what was written for operators, to support and above; to others publicReason.',
  })
  reason(@Ctx() context: Context, @Root() { reason, publicReason }: CreditTransaction): string | null {
    return isOperator(context) ? reason : publicReason;
  }

  @FieldResolver(() => Int)
  balanceAfter(@Root() transaction: CreditTransaction): number {
    return Number(transaction.balanceAfter);
  }
}
