import { ArgsType, Field, Float, Int, ObjectType } from 'type-graphql';
import { MoneyType } from '../money/types';
import { DateTime, JsonValue } from '../scalars';
import { DateTimeRangeInput } from '../types';
import { RiskBacktestMoveType } from './backtest-move-types';
import { RiskDecisionKindEnum } from './types';

@ArgsType()
export class RiskBacktestArguments {
  @Field(() => DateTimeRangeInput, { description: 'When the purchases were made: both ends.' })
  range!: DateTimeRangeInput;

  @Field(() => JsonValue, {
    description: 'Rules as they would be proposed; or, in their place, a version.',
    nullable: true,
  })
  document?: unknown;

  @Field(() => Int, { description: 'Of `admin.riskRules`.', nullable: true })
  version?: number | null;
}

/** What every row of a backtest counts; no type of the schema by itself. */
@ObjectType({ simpleResolvers: true })
abstract class KindsFields {
  @Field(() => Int, {
    description:
      'Paid, and known to be a fraud: disputed and not won, warned of by a bank, or refused by a person.',
  })
  bad!: number;

  @Field(() => Int, { description: 'Paid, and nothing of the kind is known so far.' })
  honest!: number;

  @Field(() => Int, { description: 'Never paid, or never made: nobody can tell.' })
  unpaid!: number;
}

@ObjectType('RiskBacktestCounts', {
  description: 'Purchases by what is known of them.',
  simpleResolvers: true,
})
class RiskBacktestCountsType extends KindsFields {}

@ObjectType('RiskBacktestDecision', {
  description: 'Purchases by what the rules would decide of them.',
  simpleResolvers: true,
})
class RiskBacktestDecisionType extends KindsFields {
  @Field(() => RiskDecisionKindEnum, { description: 'The strictest about a purchase.' })
  decision!: string;

  @Field(() => Int, { description: 'How many had this decision.' })
  was!: number;

  @Field(() => Int, { description: 'How many would have it.' })
  would!: number;
}

@ObjectType('RiskBacktestChange', { description: 'Purchases by both decisions.', simpleResolvers: true })
class RiskBacktestChangeType {
  @Field(() => RiskDecisionKindEnum, { description: 'By the rules that ran.' })
  was!: string;

  @Field(() => RiskDecisionKindEnum, { description: 'By these rules.' })
  would!: string;

  @Field(() => Int, { description: 'How many had the one and would have the other.' })
  purchases!: number;
}

@ObjectType('RiskBacktestMoney', {
  description: 'Money of one currency that was paid.',
  simpleResolvers: true,
})
class RiskBacktestMoneyType {
  @Field(() => MoneyType, { description: 'Known to be a fraud.' })
  bad!: MoneyType;

  @Field(() => MoneyType, { description: 'Of that, what these rules would have held up.' })
  badCaught!: MoneyType;

  @Field(() => MoneyType, { description: 'Of that, what the rules that ran held up.' })
  badCaughtBefore!: MoneyType;

  @Field(() => MoneyType, {
    description: 'What these rules would have held up in addition; below zero: less.',
  })
  saved!: MoneyType;

  @Field(() => MoneyType, { description: 'Honest, as far as is known.' })
  honest!: MoneyType;

  @Field(() => MoneyType, { description: 'Of that, what these rules would have held up.' })
  honestTouched!: MoneyType;

  @Field(() => MoneyType, { description: 'Of that, what the rules that ran held up.' })
  honestTouchedBefore!: MoneyType;
}

@ObjectType('RiskBacktestRule', { description: 'What one rule finds.', simpleResolvers: true })
class RiskBacktestRuleType extends KindsFields {
  @Field(() => String, { description: 'Its name in the document.' })
  code!: string;

  @Field(() => Int, { description: 'What it adds to a score.' })
  weight!: number;

  @Field(() => Int, { description: 'For how many purchases it would fire.' })
  fired!: number;
}

@ObjectType('RiskBacktestScore', {
  description: 'Purchases by score, a step of five.',
  simpleResolvers: true,
})
class RiskBacktestScoreType extends KindsFields {
  @Field(() => Int, { description: 'The lowest score of the step.' })
  from!: number;

  @Field(() => Int, { description: 'The highest.' })
  to!: number;
}

@ObjectType('RiskBacktestPoint', {
  description: 'What would be held up if everything from a score on were.',
  simpleResolvers: true,
})
class RiskBacktestPointType {
  @Field(() => Int, { description: 'From this one on.' })
  score!: number;

  @Field(() => Float, { description: 'Share of what is bad, 0 to 1.' })
  bad!: number;

  @Field(() => Float, { description: 'Share of what is honest, 0 to 1.' })
  honest!: number;
}

@ObjectType('RiskBacktest', {
  description:
    'What rules would have done to purchases that were made, beside what was done to them. Held up: challenged, reviewed or blocked.',
  simpleResolvers: true,
})
export class RiskBacktestType {
  @Field(() => DateTime, { description: 'The first instant.' })
  from!: Date;

  @Field(() => DateTime, { description: 'The end, which is not in it.' })
  before!: Date;

  @Field(() => Int, { description: 'The version that was replayed; null: a document.', nullable: true })
  version!: number | null;

  @Field(() => Int, { description: 'Milliseconds that it took.' })
  tookMs!: number;

  @Field(() => Int, { description: 'Decisions that were replayed.' })
  decisions!: number;

  @Field(() => Int, { description: 'Purchases that they are about.' })
  purchases!: number;

  @Field(() => RiskBacktestCountsType, {
    description: 'Every purchase of that time, by what is known of it.',
  })
  all!: RiskBacktestCountsType;

  @Field(() => RiskBacktestCountsType, { description: 'Those that these rules would hold up.' })
  caught!: RiskBacktestCountsType;

  @Field(() => RiskBacktestCountsType, { description: 'Those that the rules that ran held up.' })
  caughtBefore!: RiskBacktestCountsType;

  @Field(() => Float, {
    description:
      'Of what these rules would hold up and was paid, the share that is bad; null: they hold nothing up.',
    nullable: true,
  })
  precision!: number | null;

  @Field(() => Float, {
    description: 'The same of the rules that ran; null: they held nothing up.',
    nullable: true,
  })
  precisionBefore!: number | null;

  @Field(() => Float, {
    description:
      'Of what is bad, the share that these rules would hold up; null: nothing is known to be bad.',
    nullable: true,
  })
  recall!: number | null;

  @Field(() => Float, {
    description: 'The same of the rules that ran; null: nothing is known to be bad.',
    nullable: true,
  })
  recallBefore!: number | null;

  @Field(() => [RiskBacktestDecisionType], { description: 'From the mildest to the strictest.' })
  byDecision!: RiskBacktestDecisionType[];

  @Field(() => [RiskBacktestChangeType], { description: 'Pairs of decisions that there are.' })
  changes!: RiskBacktestChangeType[];

  @Field(() => [RiskBacktestMoveType], {
    description:
      'Purchases of which these rules decide otherwise, at most 50: known to be bad first, then honest ones; of each the dearest first.',
  })
  moved!: RiskBacktestMoveType[];

  @Field(() => [RiskBacktestMoneyType], { description: 'By currency.' })
  money!: RiskBacktestMoneyType[];

  @Field(() => [RiskBacktestRuleType], { description: 'In the order of the document.' })
  rules!: RiskBacktestRuleType[];

  @Field(() => [RiskBacktestScoreType], { description: 'From 0 to 100.' })
  scores!: RiskBacktestScoreType[];

  @Field(() => [RiskBacktestPointType], { description: 'From the lowest score on.' })
  curve!: RiskBacktestPointType[];
}
