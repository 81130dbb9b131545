import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Money } from '../../kernel/money';
import type { Intent } from '../../payments/intent.entity';
import { enumOf } from '../enums';
import { PaymentIntentType } from '../intents/types';
import { MoneyType } from '../money/types';
import { RiskDecisionKindEnum } from './types';

const RiskBacktestKindEnum = enumOf(
  'RiskBacktestKind',
  ['bad', 'honest', 'unpaid'],
  'What is known of a purchase by now.',
  {
    bad: 'Paid, and disputed and not won, warned of by a bank, or refused by a person.',
    honest: 'Paid, and nothing of the kind is known so far.',
    unpaid: 'Never paid, or never made: nobody can tell.',
  },
);

@ObjectType('RiskBacktestMove', {
  description: 'A purchase of which these rules decide otherwise than those that ran.',
  simpleResolvers: true,
})
export class RiskBacktestMoveType {
  @Field(() => PaymentIntentType, {
    description: 'The purchase; null when none was made, as of what was blocked.',
    nullable: true,
  })
  intent!: Promise<Intent | null> | null;

  @Field(() => ID, {
    description: 'rsk_…, the decision by which no purchase was made; null: one was.',
    nullable: true,
  })
  decisionId!: Promise<string> | null;

  @Field(() => RiskDecisionKindEnum, { description: 'By the rules that ran.' })
  was!: string;

  @Field(() => RiskDecisionKindEnum, { description: 'By these rules.' })
  would!: string;

  @Field(() => Int, { description: 'By these rules, 0 to 100.' })
  score!: number;

  @Field(() => RiskBacktestKindEnum, { description: 'What is known of it by now.' })
  kind!: string;

  @Field(() => [String], { description: 'Names of the rules that would fire.' })
  codes!: readonly string[];

  @Field(() => MoneyType, { description: 'The price.' })
  amount!: Money;
}
