import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { UserErrorType } from '../problems/types';
import { DateTime } from '../scalars';

@ObjectType('UserProfile', {
  description: 'How a user is called, as your back end or the token of the user says it.',
  simpleResolvers: true,
})
export class UserProfileType {
  @Field(() => ID, { description: 'Whose it is, as `userId` of purchases and balances.' })
  userId!: string;

  @Field(() => String, { nullable: true, description: 'As it was written; null: none was said.' })
  email!: string | null;

  @Field(() => String, { nullable: true, description: 'For people; two users may have the same.' })
  name!: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when your product has the account.' })
  createdAt!: Date | null;

  @Field(() => DateTime, { description: 'When any of it was last said.' })
  updatedAt!: Date;
}

@InputType('UpsertUserInput', {
  description: 'What is said of a user. What is left out stays as it is; what is null is kept no more.',
})
export class UpsertUserInputType {
  @Field(() => ID, { description: 'As in `userId` of purchases and balances, 1 to 255 characters.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'One address, at most 320 characters.' })
  email?: string | null;

  @Field(() => String, { nullable: true, description: 'For people, 1 to 255 characters.' })
  name?: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Since when your product has the account.' })
  createdAt?: Date | null;
}

@ObjectType('UpsertUserPayload', { description: 'The user as known from now on.', simpleResolvers: true })
export class UpsertUserPayloadType {
  @Field(() => UserProfileType, { nullable: true, description: 'Null when nothing was done.' })
  user!: UserProfileType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}
