// What a balance and a credit transaction show that is not a property of the same name. Credits are whole numbers far
// below 2^31, so they are Int in the contract and bigint behind it.
import { FieldResolver, ID, Int, Resolver, Root } from 'type-graphql';
import type { CreditTransaction } from '../../credits/transactions';
import { availableCredits, type Wallet } from '../../credits/wallet.entity';
import { numberedId } from '../../kernel/ids';
import { invariant } from '../../kernel/invariant';
import {
  BalanceType,
  CreditTransactionType,
  CreditTransactionTypeEnum,
  KINDS_OF,
  type TransactionType,
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

  @FieldResolver(() => Int)
  balanceAfter(@Root() transaction: CreditTransaction): number {
    return Number(transaction.balanceAfter);
  }
}
