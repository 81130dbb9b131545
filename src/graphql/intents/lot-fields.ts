// The way from a lot to the purchase that it came from.
import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Lot } from '../../credits/lot.entity';
import type { Intent } from '../../payments/intent.entity';
import { reaches } from '../../wallets/membership';
import { callerOf } from '../access';
import type { Context } from '../context';
import { CreditLotType } from '../credits/types';
import { PaymentIntentType } from './types';

@Resolver(() => CreditLotType)
export class LotIntentFields {
  @FieldResolver(() => PaymentIntentType, {
    description:
      'The purchase that brought it; null for what was given by hand, and to a member of a shared wallet who is no manager.',
    nullable: true,
  })
  async intent(@Ctx() context: Context, @Root() { intentId, userId }: Lot): Promise<Intent | null> {
    if (intentId === null || !(await reaches(context.deps, callerOf(context), userId))) return null;
    return context.loaders.intents.load(intentId);
  }
}
