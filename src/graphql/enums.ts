// Enums that several features use, and how an enum is told to type-graphql. Values are lower case because stored data and
// webhook events use them as they are.
import { registerEnumType } from 'type-graphql';
import { ROLES } from '../callers/caller';
import { PROVIDER_NAMES } from '../providers/descriptors';

/** Registers an enum whose names are its values. The object that comes back stands for it in decorators. */
export function enumOf<Value extends string>(
  name: string,
  values: readonly Value[],
  description?: string,
  /** Of single values. */
  descriptions: Partial<Readonly<Record<Value, string>>> = {},
): { readonly [Name in Value]: Name } {
  const object = Object.fromEntries(values.map((value) => [value, value])) as { [Name in Value]: Name };
  const described = Object.entries(descriptions).map(([value, text]) => [value, { description: text }]);
  registerEnumType(object, { name, description, valuesConfig: Object.fromEntries(described) });
  return object;
}

export const RoleEnum = enumOf(
  'Role',
  ROLES,
  'Not a ladder: admin includes finance, finance includes support; service stands beside them. A service (a back end with an API key) creates, reads,\n' +
    'cancels, syncs, spends and holds for any userId and sees no `admin`. Where a description says "support", service is meant only when named.',
);

export const ProviderEnum = enumOf(
  'Provider',
  PROVIDER_NAMES,
  'Who takes the money. Disabled when its keys are absent, unless the whole process is in mock mode.',
);

export const SortDirectionEnum = enumOf('SortDirection', ['asc', 'desc']);

export const StreamEventKindEnum = enumOf(
  'StreamEventKind',
  ['snapshot', 'change', 'gap'],
  'snapshot: state when (re)subscribing. change: one transition. gap: older events are gone, refetch.',
);
