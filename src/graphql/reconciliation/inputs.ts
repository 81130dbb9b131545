import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { ProviderName } from '../../providers/provider';
import type { BreakStatus } from '../../reconciliation/break.entity';
import type { BreakFix } from '../../reconciliation/fixes';
import type { BreakKind, BreakSubject } from '../../reconciliation/match';
import { ProviderEnum } from '../enums';
import { MoneyInputType } from '../money/types';
import { DateTimeRangeInput } from '../types';
import { BreakFixEnum, BreakKindEnum, BreakStatusEnum, BreakSubjectEnum } from './types';

@InputType('StartReconciliationInput')
export class StartReconciliationInputType {
  @Field(() => ProviderEnum)
  provider!: ProviderName;

  @Field(() => DateTimeRangeInput)
  range!: DateTimeRangeInput;

  @Field(() => Boolean, { defaultValue: false })
  dryRun!: boolean;
}

@InputType('SeenBreakInput', { description: 'The two sides of a break as they were shown; null: nothing.' })
class SeenBreakInputType {
  @Field(() => MoneyInputType, { nullable: true })
  ours?: MoneyInputType | null;

  @Field(() => MoneyInputType, { nullable: true })
  theirs?: MoneyInputType | null;
}

@InputType('ResolveBreakInput')
export class ResolveBreakInputType {
  @Field(() => ID)
  id!: string;

  @Field(() => BreakFixEnum)
  fix!: BreakFix;

  @Field(() => SeenBreakInputType, {
    nullable: true,
    description: 'When a side is another by now nothing is done.',
  })
  seen?: SeenBreakInputType | null;

  @Field(() => String)
  note!: string;
}

@InputType('BreakFilter')
export class BreakFilterInput {
  @Field(() => ID, { nullable: true })
  runId?: string | null;

  @Field(() => [BreakKindEnum], { nullable: true })
  kind?: BreakKind[] | null;

  @Field(() => [BreakSubjectEnum], { nullable: true })
  subject?: BreakSubject[] | null;

  @Field(() => [BreakStatusEnum], { nullable: true })
  status?: BreakStatus[] | null;
}

@ArgsType()
export class RunsArguments {
  @Field(() => Int, { nullable: true, defaultValue: 20 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;
}

@ArgsType()
export class BreaksArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => BreakFilterInput, { nullable: true })
  filter?: BreakFilterInput | null;
}

@ArgsType()
export class RunBreaksArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => [BreakKindEnum], { nullable: true })
  kind?: BreakKind[] | null;

  @Field(() => [BreakStatusEnum], { nullable: true })
  status?: BreakStatus[] | null;
}
