// A limit of what may be spent: part of a balance, and of the problem of who meets it.
import { Field, ID, ObjectType } from 'type-graphql';
import { LIMIT_SPANS, type LimitSpan } from '../../credits/spend-limits';
import { enumOf } from '../enums';
import { Credits, DateTime } from '../scalars';

export const SpendLimitSpanEnum = enumOf('SpendLimitSpan', LIMIT_SPANS, 'What a limit counts together.', {
  day: 'From midnight to midnight in its time zone.',
  week: 'From Monday on.',
  month: 'From the first of the month on.',
  total: 'All since it was set.',
});

@ObjectType('SpendLimit', {
  description:
    'So many credits may be spent or held in a span of time: by a member, with an API key, or with neither by everybody.',
  simpleResolvers: true,
})
export class SpendLimitType {
  @Field(() => ID, { nullable: true, description: 'The member that it binds.' })
  memberId!: string | null;

  @Field(() => ID, { nullable: true, description: 'The API key that it binds.' })
  apiKeyId!: string | null;

  @Field(() => SpendLimitSpanEnum, { description: 'What it counts together.' })
  per!: LimitSpan;

  @Field(() => Credits, { description: 'So many in each span.' })
  credits!: bigint;

  @Field(() => Credits, { description: 'Spent in this one, less what was given back.' })
  spent!: bigint;

  @Field(() => Credits, { description: 'Kept by open holds that were made in it.' })
  held!: bigint;

  @Field(() => Credits, { description: 'What it leaves; 0 also where more was settled than it allows.' })
  remaining!: bigint;

  @Field(() => String, { description: 'Whose midnight it goes by, as IANA names it.' })
  timeZone!: string;

  @Field(() => DateTime, { description: 'When its span began.' })
  startsAt!: Date;

  @Field(() => DateTime, { nullable: true, description: 'When it counts from 0 again; null: never.' })
  resetsAt!: Date | null;
}
