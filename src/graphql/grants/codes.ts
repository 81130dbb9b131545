// Codes that users redeem.
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Resolver,
} from 'type-graphql';
import type { PromoCode } from '../../grants/promo-code.entity';
import { redeemPromoCode } from '../../grants/redeem';
import { listPromoCodes, savePromoCode } from '../../grants/save-promo-code';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { answer } from '../errors';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime } from '../scalars';
import { WALLET_ID } from '../wallets/named';
import { CreditGrantType } from './types';

@ObjectType('PromoCode', {
  description: 'What users type to be given credits, once each.',
  simpleResolvers: true,
})
class PromoCodeType {
  @Field(() => String, { description: 'Capitals, digits and -; users may type small letters.' })
  code!: string;

  @Field(() => String, { description: 'The key of the campaign whose budget it draws on.' })
  campaign!: string;

  @Field(() => Credits, { description: 'What each user is given.' })
  credits!: bigint;

  @Field(() => Int, { nullable: true, description: 'How often in all; null: while the budget lasts.' })
  totalLimit!: number | null;

  @Field(() => Int, { description: 'How often so far.' })
  redeemed!: number;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Before that it is not found; null: from the beginning.',
  })
  startsAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From then on it gives nothing; null: as its campaign.',
  })
  endsAt!: Date | null;

  @Field(() => Boolean, {
    description: "True: it is redeemed with a user's first purchase, and not otherwise.",
  })
  firstPurchaseOnly!: boolean;

  @Field(() => [ID], {
    nullable: true,
    description: 'Packages with whose purchase it can be redeemed; null: with any.',
  })
  packageIds!: string[] | null;
}

@InputType('SavePromoCodeInput', {
  description: 'A code as it is from now on. One that is there is replaced.',
})
class SavePromoCodeInputType {
  @Field(() => String, {
    nullable: true,
    description: '10 to 40 letters, digits or -; left out: one is made.',
  })
  code?: string | null;

  @Field(() => String, { description: 'The key of the campaign whose budget it draws on.' })
  campaign!: string;

  @Field(() => Credits, { description: 'What each user is given, at least 1.' })
  credits!: bigint;

  @Field(() => Int, { nullable: true, description: 'How often in all; left out: while the budget lasts.' })
  totalLimit?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Before that it is not found.' })
  startsAt?: Date | null;

  @Field(() => DateTime, { nullable: true, description: 'From then on it gives nothing.' })
  endsAt?: Date | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "True: it is redeemed with a user's first purchase, and not otherwise.",
  })
  firstPurchaseOnly?: boolean | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'Packages with whose purchase it can be redeemed; left out: with any.',
  })
  packageIds?: string[] | null;
}

@ObjectType('SavePromoCodePayload', { description: 'The code as it is now.', simpleResolvers: true })
class SavePromoCodePayloadType {
  @Field(() => PromoCodeType, { nullable: true, description: 'Null when nothing was done.' })
  promoCode!: PromoCode | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@InputType('RedeemPromoCodeInput', { description: 'What a user typed.' })
class RedeemPromoCodeInputType {
  @Field(() => String, { description: 'As it was typed: capitals and spaces do not matter.' })
  code!: string;

  @Field(() => ID, { nullable: true, description: 'Service only: who gets them. Left out: the caller.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;
}

@ObjectType('RedeemPromoCodePayload', { description: 'What the code gave.', simpleResolvers: true })
class RedeemPromoCodePayloadType {
  @Field(() => CreditGrantType, { nullable: true, description: 'Null when nothing was given.' })
  grant!: CreditGrantType | null;

  @Field(() => Boolean, { description: 'True when the user redeemed it before.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@Resolver(() => AdminType)
export class AdminCodeFields {
  @FieldResolver(() => [PromoCodeType], { description: 'Newest first, at most 200.' })
  promoCodes(
    @Ctx() { deps }: Context,
    @Arg('campaign', () => String, { nullable: true, description: 'Key of a campaign; left out: of all.' })
    campaign?: string | null,
  ): Promise<PromoCode[]> {
    return listPromoCodes(deps, campaign ?? null);
  }
}

@Resolver()
export class CodeMutations {
  @Mutation(() => SavePromoCodePayloadType, {
    description: 'Make a code for what a campaign gives, or change it. Role: finance.',
  })
  savePromoCode(
    @Ctx() context: Context,
    @Arg('input', () => SavePromoCodeInputType) input: SavePromoCodeInputType,
  ) {
    return answer(context, async () => ({
      promoCode: await savePromoCode(context.deps, callerOf(context), input),
    }));
  }

  @Mutation(() => RedeemPromoCodePayloadType, {
    description:
      'Be given what a code gives, once. Wrong codes are counted. Role: user (own, or an owner or manager of a shared wallet) or service.',
  })
  redeemPromoCode(
    @Ctx() context: Context,
    @Arg('input', () => RedeemPromoCodeInputType) input: RedeemPromoCodeInputType,
  ) {
    const work = () => redeemPromoCode(context.deps, callerOf(context), input, context.address);
    return answer(context, work, { replayed: false });
  }
}
