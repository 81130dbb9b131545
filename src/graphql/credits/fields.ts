// What a balance and a credit transaction show that is not a property of the same name.
import { Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import type { PastBalance } from '../../credits/balance-at';
import type { Lot } from '../../credits/lot.entity';
import { KINDS_OF, type TransactionType } from '../../credits/transaction-types';
import type { CreditTransaction } from '../../credits/transactions';
import { availableCredits, type Wallet } from '../../credits/wallet.entity';
import { numberedId, ownersId } from '../../kernel/ids';
import { invariant } from '../../kernel/invariant';
import type { Metadata } from '../../kernel/metadata';
import { isOperator } from '../access';
import type { Context } from '../context';
import { Credits, MetadataScalar } from '../scalars';
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
  @FieldResolver(() => ID, {
    description: 'The same for as long as the user is there: a cache keeps one balance of a user.',
  })
  id(@Root() { userId }: Wallet): string {
    return ownersId('balance', userId);
  }

  @FieldResolver(() => Credits, {
    description: 'available + held + frozen. What a user sees as the balance.',
  })
  credits(@Root() wallet: Wallet): bigint {
    return wallet.balance;
  }

  @FieldResolver(() => Credits, { description: 'What a spend or a hold may take now.' })
  available(@Root() wallet: Wallet): bigint {
    return availableCredits(wallet);
  }

  @FieldResolver(() => Credits, { description: 'Reserved by holds that are not settled yet.' })
  held(@Root() wallet: Wallet): bigint {
    return wallet.held;
  }

  @FieldResolver(() => Credits, { description: 'Frozen by an open dispute or a risk review.' })
  frozen(@Root() wallet: Wallet): bigint {
    return wallet.frozen;
  }

  @FieldResolver(() => Credits, {
    description:
      'Credits spent before a refund or chargeback took them back; the next purchase pays this first.',
  })
  owed(@Root() wallet: Wallet): bigint {
    return wallet.owed;
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

  @FieldResolver(() => Credits, {
    description:
      'Part of credits that campaigns gave; spent before bought ones that expire at the same time.',
  })
  async promotional(@Ctx() { loaders }: Context, @Root() { userId }: Wallet): Promise<bigint> {
    return (await loaders.openLots.load(userId))[0]?.promotionalInAll ?? 0n;
  }

  @FieldResolver(() => [CreditLotType], {
    description:
      'Where the balance comes from: one row per grant with something left, soonest to expire first; at most 50.',
  })
  lots(@Ctx() { loaders }: Context, @Root() { userId }: Wallet): Promise<readonly Lot[]> {
    return loaders.openLots.load(userId);
  }
}

@Resolver(() => HistoricBalanceType)
export class HistoricBalanceFields {
  @FieldResolver(() => Credits, { description: 'available + held + frozen, then.' })
  credits(@Root() { balance }: PastBalance): bigint {
    return balance;
  }

  @FieldResolver(() => Credits, { description: 'What a spend could have taken.' })
  available(@Root() { balance, held, frozen }: PastBalance): bigint {
    return balance - held - frozen;
  }

  @FieldResolver(() => Credits, { description: 'Reserved by holds that were open.' })
  held(@Root() { held }: PastBalance): bigint {
    return held;
  }

  @FieldResolver(() => Credits, { description: 'Frozen by a dispute or a risk review that was open.' })
  frozen(@Root() { frozen }: PastBalance): bigint {
    return frozen;
  }

  @FieldResolver(() => Credits, { description: 'Debt of credits that were spent and then taken back.' })
  owed(@Root() { owed }: PastBalance): bigint {
    return owed;
  }

  @FieldResolver(() => [CreditLotType], {
    description: 'What was left of each grant, soonest to expire first; at most 50.',
  })
  lots(@Root() { lots, at }: PastBalance): ShownLot[] {
    return lots.map((lot) => ({ ...lot, at }));
  }
}

/** A lot, as it was at an instant where there is one. */
type ShownLot = Lot & { readonly at?: Date };

@Resolver(() => CreditLotType)
export class CreditLotFields {
  @FieldResolver(() => ID, { description: 'Of a lot at a past instant another id than of the lot today.' })
  id(@Root() { id, at }: ShownLot): string {
    return at ? `${numberedId('lot', id)}@${at.toISOString()}` : numberedId('lot', id);
  }

  @FieldResolver(() => CreditTransactionTypeEnum, {
    description: 'What granted it: a purchase, an adjustment, promo, or a transfer from another wallet.',
  })
  source(@Root() { intentId, parentLotId, isPromotional }: Lot): TransactionType {
    if (isPromotional) return 'promo';
    if (parentLotId !== null) return 'transfer';
    return intentId === null ? 'adjustment' : 'purchase';
  }
}

@Resolver(() => CreditTransactionType)
export class CreditTransactionFields {
  @FieldResolver(() => ID)
  id(@Root() transaction: CreditTransaction): string {
    return numberedId('creditTransaction', transaction.journalId);
  }

  @FieldResolver(() => CreditTransactionTypeEnum, { description: 'What kind of movement it is.' })
  type(@Root() { kind }: CreditTransaction): TransactionType {
    const found = Object.entries(KINDS_OF).find(([, posted]) => posted.includes(kind));
    invariant(found, `A posting of kind ${kind} moved a wallet`);
    return found[0] as TransactionType;
  }

  @FieldResolver(() => Credits, { description: 'Signed: + adds, - takes.' })
  credits(@Root() transaction: CreditTransaction): bigint {
    return transaction.credits;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'Of a spend, why, as its caller said. Of what an operator did: what was written for operators, to support and above; to others publicReason.',
  })
  reason(@Ctx() context: Context, @Root() { reason, publicReason }: CreditTransaction): string | null {
    return isOperator(context) ? reason : publicReason;
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: "The caller's own number of it. Masked to null (no error) below support for adjustments.",
  })
  reference(@Ctx() context: Context, @Root() { kind, reference }: CreditTransaction): string | null {
    return kind === 'adjustment' && !isOperator(context) ? null : reference;
  }

  @FieldResolver(() => MetadataScalar, {
    nullable: true,
    description: 'What the caller wrote on it. Masked to null (no error) below support for adjustments.',
  })
  metadata(@Ctx() context: Context, @Root() { kind, metadata }: CreditTransaction): Metadata | null {
    return kind === 'adjustment' && !isOperator(context) ? null : metadata;
  }

  @FieldResolver(() => Credits, { description: 'Balance.credits once it was booked.' })
  balanceAfter(@Root() transaction: CreditTransaction): bigint {
    return transaction.balanceAfter;
  }
}
