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
  @Field(() => String)
  clientSecret!: string;

  @Field(() => [SimulatedOutcomeEnum])
  outcomes!: readonly string[];
}

/** A class as the decorators would have made it by hand. */
function typeOf({ type, description, fields }: NextActionForm): new () => object {
  const made = class {};
  for (const [name, kind] of Object.entries(fields))
    Field(() => (kind === 'money' ? MoneyType : String), { nullable: kind === 'text or null' })(
      made.prototype,
      name,
    );
  ObjectType(type, { description, simpleResolvers: true })(made);
  return made;
}

const PROVIDER_TYPES = Object.values(DESCRIPTORS).map(({ nextAction }) => typeOf(nextAction));

export const NextActionUnion = createUnionType({
  name: 'NextAction',
  types: () => [...PROVIDER_TYPES, MockConfirmType],
  resolveType: (value) => nextActionType(value as unknown as NextAction),
});
