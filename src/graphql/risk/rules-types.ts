import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { RISK_RULE_STATES, type RiskRuleState } from '../../risk/rule-set';
import { enumOf } from '../enums';
import { UserErrorType } from '../problems/types';
import { DateTime, JsonValue } from '../scalars';
import { NodeType } from '../types';

export const RiskRuleStateEnum = enumOf(
  'RiskRuleState',
  RISK_RULE_STATES,
  'Whether purchases are judged by a version of the rules. What a version says never changes.',
  {
    proposed: 'By nobody yet.',
    shadow: 'It judges beside the active one, and nothing acts on what it says. There is at most one.',
    active: 'Purchases are judged by it. There is one.',
    retired: 'Not any more; it may be made active again.',
  },
);

@ObjectType('RiskRuleSet', {
  description: 'A version of the rules by which purchases are judged.',
  implements: NodeType,
  simpleResolvers: true,
})
export class RiskRuleSetType {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: 'Counts up from 1.' })
  version!: number;

  @Field(() => RiskRuleStateEnum, { description: 'Whether purchases are judged by it.' })
  state!: RiskRuleState;

  @Field(() => JsonValue, { description: 'The rules, in the form of docs/risk-rules.schema.json.' })
  document!: unknown;

  @Field(() => ID, {
    description:
      'Who wrote it; of what a key proposed, who made the key. `system`: it came with the product.',
  })
  proposedBy!: string;

  @Field(() => ID, { description: 'Who made it active; null: nobody has.', nullable: true })
  approvedBy!: string | null;

  @Field(() => String, { description: 'What it is for, in the words of who proposed it.', nullable: true })
  note!: string | null;

  @Field(() => DateTime, { description: 'When it was proposed.' })
  createdAt!: Date;

  @Field(() => DateTime, { description: 'When it last became active; null: it never did.', nullable: true })
  activatedAt!: Date | null;
}

@InputType('ProposeRiskRulesInput', { description: 'Rules that are to be a version.' })
export class ProposeRiskRulesInputType {
  @Field(() => JsonValue, {
    description: 'In the form of docs/risk-rules.schema.json. What is wrong with it is told rule by rule.',
  })
  document!: unknown;

  @Field(() => Boolean, {
    description:
      'True: it judges beside the active rules from now on, in place of what did, and nothing acts on it.',
    defaultValue: false,
  })
  shadow!: boolean;

  @Field(() => String, { description: 'What it is for, up to 500 characters.', nullable: true })
  note?: string | null;
}

@InputType('ActivateRiskRulesInput', { description: 'The rules by which purchases are to be judged.' })
export class ActivateRiskRulesInputType {
  @Field(() => Int, { description: 'Of `admin.riskRules`.' })
  version!: number;
}

@InputType('RetireRiskRulesInput', { description: 'The rules that are put aside.' })
export class RetireRiskRulesInputType {
  @Field(() => Int, { description: 'Of `admin.riskRules`.' })
  version!: number;
}

/** What the payloads about rules have in common; no type of the schema by itself. */
@ObjectType({ simpleResolvers: true })
abstract class RulesPayloadFields {
  @Field(() => RiskRuleSetType, {
    description: 'As they are now; null when nothing was done.',
    nullable: true,
  })
  rules!: RiskRuleSetType | null;

  @Field(() => [UserErrorType])
  errors!: UserErrorType[];
}

@ObjectType('ProposeRiskRulesPayload', { description: 'The new version.', simpleResolvers: true })
export class ProposeRiskRulesPayloadType extends RulesPayloadFields {}

@ObjectType('ActivateRiskRulesPayload', {
  description: 'By which purchases are judged now.',
  simpleResolvers: true,
})
export class ActivateRiskRulesPayloadType extends RulesPayloadFields {}

@ObjectType('RetireRiskRulesPayload', { description: 'What was put aside.', simpleResolvers: true })
export class RetireRiskRulesPayloadType extends RulesPayloadFields {}
