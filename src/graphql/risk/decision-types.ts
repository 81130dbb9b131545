import { ArgsType, Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import {
  RISK_STAGES,
  RISK_TOLD,
  type RiskDecisionKind,
  type RiskStage,
  type RiskTold,
} from '../../risk/decision.entity';
import { enumOf } from '../enums';
import { connectionType } from '../paging';
import { Credits, DateTime } from '../scalars';
import { NodeType } from '../types';
import { RiskDecisionKindEnum } from './types';

export const RiskStageEnum = enumOf('RiskStage', RISK_STAGES, 'When it was judged.', {
  claim: 'Before the purchase was made.',
  settle: 'When its payment was known, and the card with it.',
  warning: 'After the bank warned of fraud.',
});

export const RiskToldEnum = enumOf('RiskTold', RISK_TOLD, 'What came of it.', {
  none: 'Nothing: the purchase went its way.',
  challenge: 'The payer had to prove to the bank who it is.',
  captcha: 'The payer had to solve a captcha.',
  blocked: 'The purchase was not taken.',
  observed: 'Nothing, because the gateway only observes (RISK=observe).',
  frozen: 'The credits wait for a person once they are paid.',
});

@ObjectType('RiskDecision', {
  description: 'What the rules said of one purchase, and what came of it. Never changed.',
  implements: NodeType,
  simpleResolvers: true,
})
export class RiskDecisionType {
  @Field(() => ID, { description: 'The user who was to get the credits.' })
  userId!: string;

  @Field(() => RiskStageEnum, { description: 'When it was judged.' })
  stage!: RiskStage;

  @Field(() => DateTime, { description: 'The instant of it.' })
  at!: Date;

  @Field(() => Int, { description: '0 to 100.' })
  score!: number;

  @Field(() => RiskDecisionKindEnum, { description: 'What the rules said.' })
  decision!: RiskDecisionKind;

  @Field(() => RiskToldEnum, { description: 'What came of it.' })
  told!: RiskTold;

  @Field(() => Credits, { description: 'Of the purchase.' })
  credits!: bigint;

  @Field(() => String, {
    description: 'fingerprintId; null: unknown, or erased with its user.',
    nullable: true,
  })
  device!: string | null;

  @Field(() => String, {
    description: 'The network of the address, e.g. 192.0.2.0/24; null: unknown, or erased.',
    nullable: true,
  })
  address!: string | null;

  @Field(() => String, { description: 'What stands after the @; null: unknown, or erased.', nullable: true })
  emailDomain!: string | null;

  @Field(() => String, {
    description: 'Two letters, of the address; null: unknown, or erased.',
    nullable: true,
  })
  country!: string | null;

  @Field(() => String, {
    description: "The provider's fingerprint of it; null: not known before it has paid, or erased.",
    nullable: true,
  })
  card!: string | null;

  @Field(() => Int, {
    description: 'What the rules in the shadow scored; null: there were none.',
    nullable: true,
  })
  shadowScore!: number | null;

  @Field(() => RiskDecisionKindEnum, {
    description: 'What they said; null: there were none.',
    nullable: true,
  })
  shadowDecision!: RiskDecisionKind | null;
}

export const RiskDecisionConnectionType = connectionType('RiskDecision', RiskDecisionType);

@InputType('RiskDecisionFilter', { description: 'All given conditions must hold; a list means any of.' })
export class RiskDecisionFilterInput {
  @Field(() => ID, { description: 'The user who wanted to buy, by id.', nullable: true })
  userId?: string | null;

  @Field(() => [RiskDecisionKindEnum], {
    description: 'Any of these; left out: of one user all, of everybody those that say anything.',
    nullable: true,
  })
  decision?: RiskDecisionKind[] | null;
}

@ArgsType()
export class RiskDecisionsArguments {
  @Field(() => Int, { nullable: true, defaultValue: 50 })
  first?: number | null;

  @Field(() => String, { nullable: true })
  after?: string | null;

  @Field(() => RiskDecisionFilterInput, { description: 'Of whom, and how strict.', nullable: true })
  filter?: RiskDecisionFilterInput | null;
}
