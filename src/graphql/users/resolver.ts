// How users are called: said by back ends, read by operators.
import { Arg, Ctx, FieldResolver, Mutation, Resolver, Root } from 'type-graphql';
import type { Wallet } from '../../credits/wallet.entity';
import type { Intent } from '../../payments/intent.entity';
import type { UserProfile } from '../../users/find-profiles';
import { upsertUser } from '../../users/upsert-user';
import { callerOf } from '../access';
import type { Context } from '../context';
import { BalanceType } from '../credits/types';
import { answer } from '../errors';
import { PaymentIntentType } from '../intents/types';
import { UpsertUserInputType, UpsertUserPayloadType, UserProfileType } from './types';

@Resolver()
export class UserMutations {
  @Mutation(() => UpsertUserPayloadType, {
    description: 'Say how a user is called, for operators to find and to see. Role: service.',
  })
  upsertUser(@Ctx() context: Context, @Arg('input', () => UpsertUserInputType) input: UpsertUserInputType) {
    return answer(context, async () => {
      await upsertUser(context.deps, callerOf(context), input);
      return { user: await context.loaders.profiles.load(input.id) };
    });
  }
}

@Resolver(() => BalanceType)
export class BalanceUserFields {
  @FieldResolver(() => UserProfileType, {
    nullable: true,
    description: 'How the user is called; null: nobody said it. Role: support.',
  })
  user(@Ctx() { loaders }: Context, @Root() { userId }: Wallet): Promise<UserProfile | null> {
    return loaders.profiles.load(userId);
  }
}

@Resolver(() => PaymentIntentType)
export class IntentUserFields {
  @FieldResolver(() => UserProfileType, {
    nullable: true,
    description: 'How the user is called; null: nobody said it. Role: support.',
  })
  user(@Ctx() { loaders }: Context, @Root() { userId }: Intent): Promise<UserProfile | null> {
    return loaders.profiles.load(userId);
  }
}
