// What of an intent's money its status does not say.
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Money } from '../../kernel/money';
import type { Intent } from '../../payments/intent.entity';
import type { Context } from '../context';
import { MoneyType } from '../money/types';
import { PaymentIntentType } from './types';

@Resolver(() => PaymentIntentType)
export class IntentLateFields {
  @FieldResolver(() => Boolean, {
    description:
      'Money came after it was closed: it bought what had failed or expired, or the purchase was canceled by then.',
  })
  async late(@Ctx() { loaders }: Context, @Root() { id }: Intent): Promise<boolean> {
    return (await loaders.lateMoney.load(id)).late;
  }

  @FieldResolver(() => [MoneyType], {
    description: 'What came for it, bought nothing and is not on its way back: at most one of each currency.',
  })
  async unapplied(@Ctx() { loaders }: Context, @Root() { id }: Intent): Promise<readonly Money[]> {
    return (await loaders.lateMoney.load(id)).unapplied;
  }
}
