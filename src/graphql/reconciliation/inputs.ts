import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import type { ProviderName } from '../../providers/provider';
import type { BreakStatus } from '../../reconciliation/break.entity';
import type { BreakFix } from '../../reconciliation/fixes';
import type { BreakKind, BreakSubject } from '../../reconciliation/match';
import { ProviderEnum } from '../enums';
import { MoneyInputType } from '../money/types';
import { DateTimeRangeInput } from '../types';
import { BreakFixEnum, BreakKindEnum, BreakStatusEnum, BreakSubjectEnum } from './types';

@InputType('StartReconciliationInput', {
  description: 'Whose books to hold against ours, and of which time.',
})
export class StartReconciliationInputType {
  @Field(() => ProviderEnum, { description: 'Whose books. One run at a time over each.' })
  provider!: ProviderName;

  @Field(() => DateTimeRangeInput, {
    description: 'Both ends are needed, at most 92 days; what is still to come is left out.',
  })
  range!: DateTimeRangeInput;

  @Field(() => Boolean, {
    description: 'True: only count differences, open and book nothing.',
    defaultValue: false,
  })
  dryRun!: boolean;
}

@InputType('SeenBreakInput', { description: 'The two sides of a break as they were shown; null: nothing.' })
class SeenBreakInputType {
  @Field(() => MoneyInputType, { description: 'Our side, as it was on screen.', nullable: true })
  ours?: MoneyInputType | null;

  @Field(() => MoneyInputType, { description: "The provider's side, as it was on screen.", nullable: true })
  theirs?: MoneyInputType | null;
}

@InputType('ResolveBreakInput', { description: 'How a difference is settled.' })
export class ResolveBreakInputType {
  @Field(() => ID, { description: 'Of the break, brk_….' })
  id!: string;

  @Field(() => BreakFixEnum, { description: 'One of ReconciliationBreak.fixes.' })
  fix!: BreakFix;

  @Field(() => SeenBreakInputType, {
    nullable: true,
    description: 'When a side is another by now nothing is done.',
  })
  seen?: SeenBreakInputType | null;

  @Field(() => String, { description: 'Why, for whoever reads the books later, 1 to 1000 characters.' })
  note!: string;
}

@InputType('BreakFilter', {
  description: 'Which differences; all given conditions must hold, a list means any of.',
})
export class BreakFilterInput {
  @Field(() => ID, { description: 'Opened by this run.', nullable: true })
  runId?: string | null;

  @Field(() => [BreakKindEnum], { description: 'What kind of difference.', nullable: true })
  kind?: BreakKind[] | null;

  @Field(() => [BreakSubjectEnum], { description: 'What differs.', nullable: true })
  subject?: BreakSubject[] | null;

  @Field(() => [BreakStatusEnum], { description: 'Whether they are settled.', nullable: true })
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

  @Field(() => [BreakKindEnum], { description: 'What kind of difference: any of these.', nullable: true })
  kind?: BreakKind[] | null;

  @Field(() => [BreakStatusEnum], { description: 'Whether they are settled: any of these.', nullable: true })
  status?: BreakStatus[] | null;
}
