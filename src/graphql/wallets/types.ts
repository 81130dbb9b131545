import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { WALLET_ROLES, type WalletRole } from '../../wallets/shared-wallet.entity';
import { enumOf } from '../enums';
import { UserErrorType } from '../problems/types';
import { DateTime } from '../scalars';
import { NodeType } from '../types';

export const WalletRoleEnum = enumOf(
  'WalletRole',
  WALLET_ROLES,
  'What a member may do with a shared wallet.',
  {
    member: 'Spends of it, and sees its balance and what they spent themselves.',
    manager: 'Sees all of it, buys for it, and says who is a member and how much each of these may spend.',
    owner: 'The same, and says who is a manager or an owner. A wallet has one or more.',
  },
);

@ObjectType('Wallet', {
  description: 'Credits that several people share. Everybody also has a wallet of their own, `balance`.',
  implements: NodeType,
  simpleResolvers: true,
})
export class WalletType {
  @Field(() => ID)
  id!: string;

  @Field(() => String, { description: 'For people.' })
  name!: string;

  @Field(() => DateTime, { description: 'When createWallet made it.' })
  createdAt!: Date;

  @Field(() => ID, { nullable: true, description: 'The back end or API key that made it. Role: support.' })
  createdBy!: string;
}

@ObjectType('WalletMember', { description: 'Who belongs to a shared wallet.', simpleResolvers: true })
export class WalletMemberType {
  @Field(() => ID, { description: "The token's `sub` of the user." })
  userId!: string;

  @Field(() => WalletRoleEnum, { description: 'What they may do with it.' })
  role!: WalletRole;

  @Field(() => DateTime, { description: 'When they came, or came again.' })
  since!: Date;
}

@ObjectType('WalletMembership', {
  description: 'That a user belongs to a shared wallet.',
  simpleResolvers: true,
})
export class WalletMembershipType {
  @Field(() => WalletType, { description: 'The wallet, with whoever else belongs to it.' })
  wallet!: WalletType;

  @Field(() => WalletRoleEnum, { description: 'What the user may do with it.' })
  role!: WalletRole;

  @Field(() => DateTime, { description: 'When the user came, or came again.' })
  since!: Date;
}

@InputType('CreateWalletInput', { description: 'What the new wallet is called, and whose it is first.' })
export class CreateWalletInputType {
  @Field(() => String, { description: 'For people, 1 to 100 characters.' })
  name!: string;

  @Field(() => ID, { description: 'The user who owns it; others are made owners by setWalletMember.' })
  ownerId!: string;

  @Field(() => String, {
    description:
      'Made by the client, 1 to 255 characters: the same key and input of an owner make one wallet.',
  })
  idempotencyKey!: string;
}

@ObjectType('CreateWalletPayload', { description: 'The wallet that was made.', simpleResolvers: true })
export class CreateWalletPayloadType {
  @Field(() => WalletType, { nullable: true, description: 'Null when nothing was done.' })
  wallet!: WalletType | null;

  @Field(() => Boolean, { description: 'True when an earlier call with this key already did it.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@InputType('SetWalletMemberInput', { description: 'Who belongs to a shared wallet, as what.' })
export class SetWalletMemberInputType {
  @Field(() => ID, { description: 'Of the wallet, wal_….' })
  walletId!: string;

  @Field(() => ID, { description: 'The user, who need not have been there before.' })
  userId!: string;

  @Field(() => WalletRoleEnum, { description: 'In the place of the role before.' })
  role!: WalletRole;
}

@ObjectType('SetWalletMemberPayload', { description: 'What has become of it.', simpleResolvers: true })
export class SetWalletMemberPayloadType {
  @Field(() => WalletType, { nullable: true, description: 'Null when nothing was done.' })
  wallet!: WalletType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@InputType('RemoveWalletMemberInput', { description: 'Who does not belong to a shared wallet any more.' })
export class RemoveWalletMemberInputType {
  @Field(() => ID, { description: 'Of the wallet, wal_….' })
  walletId!: string;

  @Field(() => ID, { description: "The member; the caller's own id to leave." })
  userId!: string;
}

@ObjectType('RemoveWalletMemberPayload', {
  description: 'What has become of it.',
  simpleResolvers: true,
})
export class RemoveWalletMemberPayloadType {
  @Field(() => WalletType, {
    nullable: true,
    description: 'Null when nothing was done, and when the caller has left it.',
  })
  wallet!: WalletType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
