// Wallets that several share, and who belongs to them.
import { Arg, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Wallet } from '../../credits/wallet.entity';
import { isSharedWalletId } from '../../kernel/ids';
import type { UserProfile } from '../../users/find-profiles';
import { createWallet } from '../../wallets/create-wallet';
import { findWallet, listMyWallets, type Membership, membershipsOf, membersOf } from '../../wallets/find';
import { standingOf } from '../../wallets/membership';
import { removeWalletMember } from '../../wallets/remove-wallet-member';
import { setWalletMember } from '../../wallets/set-wallet-member';
import type { SharedWallet, WalletMember, WalletRole } from '../../wallets/shared-wallet.entity';
import { callerOf } from '../access';
import { AdminType } from '../admin/types';
import type { Context } from '../context';
import { BalanceType } from '../credits/types';
import { answer, answerKeyed } from '../errors';
import { UserProfileType } from '../users/types';
import {
  CreateWalletInputType,
  CreateWalletPayloadType,
  RemoveWalletMemberInputType,
  RemoveWalletMemberPayloadType,
  SetWalletMemberInputType,
  SetWalletMemberPayloadType,
  WalletMembershipType,
  WalletMemberType,
  WalletRoleEnum,
  WalletType,
} from './types';

@Resolver(() => WalletType)
export class WalletFields {
  @FieldResolver(() => WalletRoleEnum, {
    nullable: true,
    description: 'What the caller is in it; null for services and operators.',
  })
  async role(@Ctx() context: Context, @Root() { id }: SharedWallet): Promise<WalletRole | null> {
    return (await standingOf(context.deps, callerOf(context), id))?.role ?? null;
  }

  @FieldResolver(() => BalanceType, { description: 'The credits in it.' })
  balance(@Ctx() { loaders }: Context, @Root() { id }: SharedWallet): Promise<Wallet> {
    return loaders.wallets.load(id);
  }

  @FieldResolver(() => [WalletMemberType], {
    description: 'Owners first, then managers, then members; at most 1,000. Who has left is not among them.',
  })
  members(@Ctx() { deps }: Context, @Root() { id }: SharedWallet): Promise<WalletMember[]> {
    return membersOf(deps, id);
  }
}

@Resolver(() => WalletMemberType)
export class WalletMemberFields {
  @FieldResolver(() => UserProfileType, {
    nullable: true,
    description: 'How the user is called; null: nobody said it. Role: support.',
  })
  user(@Ctx() { loaders }: Context, @Root() { userId }: WalletMember): Promise<UserProfile | null> {
    return loaders.profiles.load(userId);
  }
}

@Resolver(() => BalanceType)
export class BalanceWalletFields {
  @FieldResolver(() => String, {
    nullable: true,
    description: "What the shared wallet is called that it is of; null: it is a user's. Role: support.",
  })
  async walletName(@Ctx() { loaders }: Context, @Root() { userId }: Wallet): Promise<string | null> {
    return isSharedWalletId(userId) ? ((await loaders.sharedWallets.load(userId))?.name ?? null) : null;
  }
}

@Resolver(() => AdminType)
export class AdminWalletMembershipFields {
  @FieldResolver(() => [WalletMembershipType], {
    description: 'Shared wallets that a user belongs to, by their names; at most 100.',
  })
  walletMemberships(
    @Ctx() { deps }: Context,
    @Arg('userId', () => ID, { description: "As in the token's `sub`; who is not known belongs to none." })
    userId: string,
  ): Promise<Membership[]> {
    return membershipsOf(deps, userId);
  }
}

@Resolver()
export class WalletResolver {
  @Query(() => WalletType, {
    nullable: true,
    description:
      'A shared wallet: to members, services and operators; null when there is none for the caller.',
  })
  wallet(
    @Ctx() context: Context,
    @Arg('id', () => ID, { description: 'Of the wallet, wal_….' }) id: string,
  ): Promise<SharedWallet | null> {
    return findWallet(context.deps, callerOf(context), id);
  }

  @Query(() => [WalletType], {
    description: 'Shared wallets that the caller belongs to, by their names; at most 100.',
  })
  myWallets(@Ctx() context: Context): Promise<SharedWallet[]> {
    return listMyWallets(context.deps, callerOf(context));
  }

  @Mutation(() => CreateWalletPayloadType, {
    description: 'Make a wallet that several people share. Idempotent by key. Role: service.',
  })
  createWallet(
    @Ctx() context: Context,
    @Arg('input', () => CreateWalletInputType) input: CreateWalletInputType,
  ) {
    const work = () => createWallet(context.deps, callerOf(context), input);
    return answerKeyed(context, { operation: 'createWallet', key: input.idempotencyKey }, work);
  }

  @Mutation(() => SetWalletMemberPayloadType, {
    description:
      'Make a user a member of a shared wallet, or give a member another role. Role: service, or an owner; a manager those who are members and no more.',
  })
  setWalletMember(
    @Ctx() context: Context,
    @Arg('input', () => SetWalletMemberInputType) input: SetWalletMemberInputType,
  ) {
    return answer(context, async () => ({
      wallet: await setWalletMember(context.deps, callerOf(context), input),
    }));
  }

  @Mutation(() => RemoveWalletMemberPayloadType, {
    description:
      'End a membership, at once; a member may leave. The last owner may not. Role: as setWalletMember.',
  })
  removeWalletMember(
    @Ctx() context: Context,
    @Arg('input', () => RemoveWalletMemberInputType) input: RemoveWalletMemberInputType,
  ) {
    return answer(context, async () => ({
      wallet: await removeWalletMember(context.deps, callerOf(context), input),
    }));
  }
}
