// A report of what was used, as clients see it.
import { Field, ID, ObjectType } from 'type-graphql';
import { BigIntString, DateTime } from '../scalars';
import { PageInfoType } from '../types';

@ObjectType('UsageTotal', {
  description: 'What was used of an operation in a span of days.',
  simpleResolvers: true,
})
export class UsageTotalType {
  @Field(() => String, { description: 'Code of the operation.' })
  operation!: string;

  @Field(() => BigIntString, { description: 'How often, also where it was given back.' })
  uses!: bigint;

  @Field(() => BigIntString, { description: 'In units of the operation, less what was given back.' })
  quantity!: bigint;

  @Field(() => BigIntString, {
    description: 'Its price in millionths of a credit, less what was given back.',
  })
  micro!: bigint;
}

@ObjectType('UsageDayTotal', {
  description: 'What was used in a day, of all operations.',
  simpleResolvers: true,
})
export class UsageDayTotalType {
  @Field(() => DateTime, { description: 'Beginning of the day, in UTC.' })
  day!: Date;

  @Field(() => BigIntString, { description: 'How often, also where it was given back.' })
  uses!: bigint;

  @Field(() => BigIntString, {
    description: 'Its price in millionths of a credit, less what was given back in this day.',
  })
  micro!: bigint;
}

@ObjectType('UsageSpender', { description: 'What one member, or one API key, used.', simpleResolvers: true })
export class UsageSpenderType {
  @Field(() => ID, {
    nullable: true,
    description: 'The member; null: none was named, and of all users together.',
  })
  memberId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: "The API key; null: the user's own token. For users all keys are added up.",
  })
  apiKeyId!: string | null;

  @Field(() => BigIntString, { description: 'How often, also where it was given back.' })
  uses!: bigint;

  @Field(() => BigIntString, {
    description: 'Its price in millionths of a credit, less what was given back.',
  })
  micro!: bigint;
}

@ObjectType('UsageDay', { description: 'What was used of an operation in a day by one spender.' })
export class UsageDayType {
  @Field(() => DateTime, { description: 'Beginning of the day, in UTC.' })
  day!: Date;

  @Field(() => String, { description: 'Code of the operation.' })
  operation!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The member who used it; null: none was named, and of all users together.',
  })
  memberId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The API key by which it was used. Masked to null (no error) for users.',
  })
  apiKeyId!: string | null;

  @Field(() => BigIntString, { description: 'How often, also where it was given back.' })
  uses!: bigint;

  @Field(() => BigIntString, {
    description: 'In units of the operation, less what was given back in this day.',
  })
  quantity!: bigint;

  @Field(() => BigIntString, {
    description: 'Its price in millionths of a credit, less what was given back in this day.',
  })
  micro!: bigint;
}

@ObjectType('UsageDays', { description: 'One page of days.', simpleResolvers: true })
export class UsageDaysType {
  @Field(() => [UsageDayType], {
    description: 'The newest first, those of a day by the code of the operation.',
  })
  nodes!: UsageDayType[];

  @Field(() => PageInfoType, { description: 'Whether there is more, and where to go on.' })
  pageInfo!: PageInfoType;
}

@ObjectType('UsageReport', { description: 'What was used, added up some seconds later.' })
export class UsageReportType {
  @Field(() => DateTime, { description: 'What was used before this instant is in it.' })
  upTo!: Date;

  @Field(() => [UsageTotalType], { description: 'By operation, in the order of their codes.' })
  operations!: UsageTotalType[];

  @Field(() => UsageDaysType, {
    description: 'By day, operation, member and API key, the newest first.',
  })
  days!: UsageDaysType;

  @Field(() => [UsageDayTotalType], { description: 'By day alone, the newest first, at most 366.' })
  byDay!: UsageDayTotalType[];

  @Field(() => [UsageSpenderType], {
    description: 'By member and API key, what cost the most first, at most 100.',
  })
  spenders!: UsageSpenderType[];
}
