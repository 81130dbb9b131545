// Enums that several features use, and how an enum is told to type-graphql. Values are lower case because stored data and
// webhook events use them as they are.
import { registerEnumType } from 'type-graphql';
import { ROLES } from '../callers/caller';
import { descriptorOf, PROVIDER_NAMES } from '../providers/descriptors';
import type { ProviderName } from '../providers/provider';

/** Registers an enum whose names are its values. The object that comes back stands for it in decorators. */
export function enumOf<Value extends string>(
  name: string,
  values: readonly Value[],
  description: string,
  descriptions: Readonly<Record<Value, string>>,
  /** Why single values are deprecated. */
  deprecated: { readonly [Name in Value]?: string } = {},
): { readonly [Name in Value]: Name } {
  const object = Object.fromEntries(values.map((value) => [value, value])) as { [Name in Value]: Name };
  const described = values.map((value) => [
    value,
    { description: descriptions[value], deprecationReason: deprecated[value] },
  ]);
  registerEnumType(object, { name, description, valuesConfig: Object.fromEntries(described) });
  return object;
}

export const RoleEnum = enumOf(
  'Role',
  ROLES,
  'Not a ladder: admin includes finance, finance includes support; service stands beside them. A service (a back end with an API key) creates, reads,\n' +
    'cancels, syncs, spends and holds for any userId and sees no `admin`. Where a description says "support", service is meant only when named.',
  {
    user: 'Buys and spends for itself alone.',
    service: 'A back end with an API key: any user, no `admin`.',
    support: 'An operator who reads payments and webhooks, and replays.',
    finance: 'support, and money: refunds, adjustments, ledger, reconciliation.',
    admin: 'finance, and settings: keys, endpoints, packages, the audit log.',
  },
);

export const ProviderEnum = enumOf(
  'Provider',
  PROVIDER_NAMES,
  'Who takes the money. Disabled when its keys are absent, unless the whole process is in mock mode.',
  Object.fromEntries(
    PROVIDER_NAMES.map((name) => [name, `${descriptorOf(name).title} takes the money.`]),
  ) as Record<ProviderName, string>,
);

export const SortDirectionEnum = enumOf(
  'SortDirection',
  ['asc', 'desc'],
  'Which end of a list comes first.',
  { asc: 'Oldest, earliest or smallest.', desc: 'Newest, latest or largest.' },
);

export const StreamEventKindEnum = enumOf(
  'StreamEventKind',
  ['snapshot', 'change', 'gap'],
  'snapshot: state when (re)subscribing. change: one transition. gap: older events are gone, refetch.',
  {
    snapshot: 'How things stand where the stream begins.',
    change: 'One transition, in order.',
    gap: 'Older events are gone: fetch again what you keep.',
  },
);
