// The union NextAction: the mock sheet's type, and one for each provider, made from what its descriptor says.
import { createUnionType, Field, ObjectType } from 'type-graphql';
import type { NextActionForm } from '../../providers/descriptor';
import { DESCRIPTORS } from '../../providers/descriptors';
import { MoneyType } from '../money/types';
import { type NextAction, nextActionType } from './next-action';
import { SimulatedOutcomeEnum } from './outcomes';

@ObjectType('MockConfirm', {
  description:
    "Mock mode: show the mock sheet and call simulatePayment. The secret has the provider's shape and opens nothing.",
  simpleResolvers: true,
})
export class MockConfirmType {
  @Field(() => String, { description: 'Opens the mock sheet.' })
  clientSecret!: string;

  @Field(() => [SimulatedOutcomeEnum], {
    description: 'What simulatePayment can play for this provider before anything is paid.',
  })
  outcomes!: readonly string[];
}

/** A class as the decorators would have made it by hand. */
function typeOf({ type, description, fields }: NextActionForm): new () => object {
  const made = class {};
  for (const [name, { kind, description: said }] of Object.entries(fields)) {
    const options = { nullable: kind === 'text or null', description: said };
    Field(() => (kind === 'money' ? MoneyType : String), options)(made.prototype, name);
  }
  ObjectType(type, { description, simpleResolvers: true })(made);
  return made;
}

const PROVIDER_TYPES = Object.values(DESCRIPTORS).map(({ nextAction }) => typeOf(nextAction));

export const NextActionUnion = createUnionType({
  name: 'NextAction',
  description: 'How the browser opens the payment sheet; a provider that comes brings a type of its own.',
  types: () => [...PROVIDER_TYPES, MockConfirmType],
  resolveType: (value) => nextActionType(value as unknown as NextAction),
});
