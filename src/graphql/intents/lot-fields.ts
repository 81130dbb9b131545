// The way from a lot to the purchase that it came from.
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Lot } from '../../credits/lot.entity';
import type { Intent } from '../../payments/intent.entity';
import type { Context } from '../context';
import { CreditLotType } from '../credits/types';
import { PaymentIntentType } from './types';

@Resolver(() => CreditLotType)
export class LotIntentFields {
  @FieldResolver(() => PaymentIntentType, {
    description: 'The purchase that brought it; null for what was given by hand.',
    nullable: true,
  })
  async intent(@Ctx() { loaders }: Context, @Root() { intentId }: Lot): Promise<Intent | null> {
    return intentId === null ? null : loaders.intents.load(intentId);
  }
}
