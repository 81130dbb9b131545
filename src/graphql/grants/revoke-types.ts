import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { UserErrorType } from '../problems/types';
import { CampaignType, CreditGrantType } from './types';

@InputType('RevokeCampaignInput', { description: 'Which campaign, and why.' })
export class RevokeCampaignInputType {
  @Field(() => String, { description: 'Of the one that ends; it gives nothing from then on.' })
  key!: string;

  @Field(() => String, { description: 'For operators, 1 to 500 characters.' })
  reason!: string;
}

@ObjectType('RevokeCampaignPayload', { description: 'The campaign after it.', simpleResolvers: true })
export class RevokeCampaignPayloadType {
  @Field(() => CampaignType, { nullable: true, description: 'Null when nothing was done.' })
  campaign!: CampaignType | null;

  @Field(() => Boolean, { description: 'True when it was revoked before.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@InputType('RevokeGrantInput', { description: 'Which grant, and why.' })
export class RevokeGrantInputType {
  @Field(() => ID, { description: 'Of the grant: grt_….' })
  id!: string;

  @Field(() => String, { description: 'For operators, 1 to 500 characters.' })
  reason!: string;
}

@ObjectType('RevokeGrantPayload', { description: 'The grant after it.', simpleResolvers: true })
export class RevokeGrantPayloadType {
  @Field(() => CreditGrantType, { nullable: true, description: 'Null when nothing was done.' })
  grant!: CreditGrantType | null;

  @Field(() => Boolean, { description: 'True when it was revoked before.' })
  replayed!: boolean;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
