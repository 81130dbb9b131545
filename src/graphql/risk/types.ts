import { Field, Int, ObjectType } from 'type-graphql';
import { enumOf } from '../enums';

export const RiskDecisionKindEnum = enumOf(
  'RiskDecisionKind',
  ['allow', 'challenge', 'review', 'block'],
  'What the rules say of a purchase, from the mildest to the strictest.',
  {
    allow: 'Nothing speaks against it.',
    challenge: 'The payer proves who it is: to the bank, or by a captcha.',
    review: 'The money is taken and the credits wait, frozen, for a person.',
    block: 'It is not taken.',
  },
);

@ObjectType('RiskSignal', { description: 'A rule that fired for a purchase.', simpleResolvers: true })
export class RiskSignalType {
  @Field(() => String, { description: 'The name of the rule.' })
  code!: string;

  @Field(() => Int, { description: 'What it adds to the score.' })
  weight!: number;

  @Field(() => String, { description: 'What was found, and from where on the rule fires, in English.' })
  detail!: string;
}
