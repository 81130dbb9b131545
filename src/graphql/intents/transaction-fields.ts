// The way from a credit transaction to the intent behind it.
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { CreditTransaction } from '../../credits/transactions';
import type { Intent } from '../../payments/intent.entity';
import type { Context } from '../context';
import { CreditTransactionType } from '../credits/types';
import { PaymentIntentType } from './types';

@Resolver(() => CreditTransactionType)
export class TransactionIntentFields {
  @FieldResolver(() => PaymentIntentType, {
    description: 'The purchase that it belongs to; null for spends, expiry and most adjustments.',
    nullable: true,
  })
  async intent(@Ctx() { loaders }: Context, @Root() { intentId }: CreditTransaction): Promise<Intent | null> {
    return intentId === null ? null : loaders.intents.load(intentId);
  }
}
