import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { enumOf } from '../enums';
import { connectionType } from '../paging';
import { UserErrorType } from '../problems/types';
import { Credits, DateTime } from '../scalars';
import { NodeType } from '../types';
import { WALLET_ID } from '../wallets/named';

@ObjectType('Campaign', {
  description: 'Why credits are given away, and how many at most.',
  implements: NodeType,
  simpleResolvers: true,
})
export class CampaignType {
  @Field(() => String, { description: 'Chosen by who made it; grants name it.' })
  key!: string;

  @Field(() => String, { description: 'For operators.' })
  name!: string;

  @Field(() => Credits, { description: 'The most that it gives.' })
  budgetCredits!: bigint;

  @Field(() => Credits, { description: 'Given so far. What is revoked or expires is not given again.' })
  grantedCredits!: bigint;

  @Field(() => Int, {
    nullable: true,
    description: 'Days that grants last which name no instant; null: for ever.',
  })
  expireAfterDays!: number | null;

  @Field(() => DateTime, { nullable: true, description: 'From then on it gives nothing; null: it goes on.' })
  endsAt!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Since when all that it gave is being taken back; null: it was not revoked.',
  })
  revokingSince!: Date | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When nothing was left to be taken back; null: not yet, or it was not revoked.',
  })
  revokedAt!: Date | null;

  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;
}

@ObjectType('CreditGrant', {
  description: 'Credits that a campaign gave to a user, or that a purchase brought as a bonus.',
  implements: NodeType,
  simpleResolvers: true,
})
export class CreditGrantType {
  @Field(() => ID)
  id!: string;

  @Field(() => String, {
    nullable: true,
    description: 'The key of the campaign; null: it is the bonus of a package.',
  })
  campaign!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The purchase that brought it, int_…; null: it came by itself.',
  })
  intentId!: string | null;

  @Field(() => ID, { description: 'Who got them.' })
  userId!: string;

  @Field(() => Credits, { description: 'How many.' })
  credits!: bigint;

  @Field(() => String, { description: 'What the user is told.' })
  reason!: string;

  @Field(() => DateTime, { nullable: true, description: 'From then on they cannot be spent; null: never.' })
  expiresAt!: Date | null;

  @Field(() => DateTime, { description: 'When they were given.' })
  createdAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When the rest was taken back; null: it was not.' })
  revokedAt!: Date | null;

  @Field(() => Credits, {
    description: 'Taken back at once. What was on hold then expires when its hold ends.',
  })
  revokedCredits!: bigint;

  @Field(() => Credits, {
    nullable: true,
    description: 'Taken back because money of its purchase went back; null: nothing was, so far.',
  })
  returnedCredits!: bigint | null;
}

export const CreditGrantConnectionType = connectionType('CreditGrant', CreditGrantType);

@ArgsType()
export class GrantsArguments {
  @Field(() => String, { nullable: true, description: 'Key of a campaign; left out: of all.' })
  campaign?: string | null;

  @Field(() => ID, { nullable: true, description: 'Whose; left out: of everybody.' })
  userId?: string | null;

  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;
}

@InputType('SaveCampaignInput', {
  description: 'A campaign as it is from now on. One of this key is replaced; what it gave stays.',
})
export class SaveCampaignInputType {
  @Field(() => String, { description: 'Short: 1 to 64 small letters, digits, - or _.' })
  key!: string;

  @Field(() => String, { description: 'For operators, 1 to 255 characters.' })
  name!: string;

  @Field(() => Credits, {
    description: 'The most that it gives in all. What it grows by counts as credits adjusted by one person.',
  })
  budgetCredits!: bigint;

  @Field(() => Int, { nullable: true, description: 'Days from each grant, at most 3650; left out: never.' })
  expireAfterDays?: number | null;

  @Field(() => DateTime, { nullable: true, description: 'From then on it gives nothing.' })
  endsAt?: Date | null;
}

@ObjectType('SaveCampaignPayload', { description: 'The campaign as it is now.', simpleResolvers: true })
export class SaveCampaignPayloadType {
  @Field(() => CampaignType, {
    nullable: true,
    description: 'After the change; null when nothing was done, or a second person has to allow it.',
  })
  campaign!: CampaignType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@InputType('GrantInput', { description: 'Credits for one user, or for a shared wallet.' })
export class GrantInputType {
  @Field(() => ID, { nullable: true, description: 'Who gets them: this or walletId.' })
  userId?: string | null;

  @Field(() => ID, { nullable: true, description: WALLET_ID })
  walletId?: string | null;

  @Field(() => Credits, { description: 'How many, at least 1. What the user owes is paid from them first.' })
  credits!: bigint;

  @Field(() => String, {
    description:
      'What it is for, 1 to 255 characters: it is given once in its campaign, whoever the user is. A hash of an address outlives an account, a user id does not.',
  })
  key!: string;

  @Field(() => DateTime, { nullable: true, description: 'Left out: as the campaign says.' })
  expiresAt?: Date | null;

  @Field(() => String, { description: 'What the user is told, 1 to 500 characters.' })
  reason!: string;
}

@InputType('GrantCreditsInput', { description: 'What a campaign gives, to whom.' })
export class GrantCreditsInputType {
  @Field(() => String, { description: 'The key of the campaign.' })
  campaign!: string;

  @Field(() => [GrantInputType], { description: '1 to 256. Each is given or refused by itself.' })
  grants!: GrantInputType[];
}

const GrantOutcomeEnum = enumOf(
  'GrantOutcome',
  ['granted', 'replayed', 'refused'],
  'What became of one grant.',
  {
    granted: 'The user has them.',
    replayed: 'An earlier call gave them under this key.',
    refused: 'Nothing was given: see `error`.',
  },
);

@ObjectType('GrantResult', { description: 'What became of one grant of a call.', simpleResolvers: true })
export class GrantResultType {
  @Field(() => String, { description: 'As it was sent.' })
  key!: string;

  @Field(() => GrantOutcomeEnum, { description: 'Whether credits were given.' })
  outcome!: 'granted' | 'replayed' | 'refused';

  @Field(() => CreditGrantType, { nullable: true, description: 'Null when it was refused.' })
  grant!: CreditGrantType | null;

  @Field(() => UserErrorType, { nullable: true, description: 'Why it was refused; else null.' })
  error!: UserErrorType | null;
}

@ObjectType('GrantCreditsPayload', { description: 'What became of each grant.', simpleResolvers: true })
export class GrantCreditsPayloadType {
  @Field(() => [GrantResultType], { description: 'In the order in which they were sent.' })
  results!: GrantResultType[];

  @Field(() => [UserErrorType], { description: 'About the call as a whole.' })
  errors!: UserErrorType[];
}
