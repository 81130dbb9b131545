// What an operation costs, from the variables that came with it: one for each object, more where @cost says so, and the
// objects of a list as often as its page has rows. Worked out once for each operation into a sum over its page sizes.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { WEIGHTS } from './required-roles';

/** The largest saved operation costs a few hundred; a page of 100 with a page of 50 inside each row about 5,000. */
export const COST_MAX = 10_000;
/** Without a token there are only packages and the checkout's settings, which cost about 150. */
export const ANONYMOUS_COST_MAX = 1_000;

type Variables = Readonly<Record<string, unknown>>;

/** @param rows of the page that surrounds it. */
type Cost = (variables: Variables, rows: number) => number;

// No list gives more, whatever is asked for.
const PAGE_MAX = 100;
// Lists without pages are short: prices, attempts, lots.
const SHORT_LIST = 10;
// The schema asked of itself: no reads, but a long answer.
const INTROSPECTION_COST = 100;

const costs = new WeakMap<OperationDefinitionNode, Cost>();

/** At least 1, so that every operation counts. */
export function costOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  let cost = costs.get(operation);
  if (!cost) {
    cost = compile(schema, document, operation);
    costs.set(operation, cost);
  }
  return Math.max(1, cost(variables, 1));
}

function compile(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Cost {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const defaults = new Map<string, ValueNode | undefined>();
  for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
    defaults.set(variable.name.value, defaultValue);
  // A fragment is worked out once, or a dozen of them that use each other twice would take for ever.
  const known = new Map<string, Cost>();

  function ofSelections({ selections }: SelectionSetNode, parent: GraphQLCompositeType): Cost {
    const parts = selections.map((selection): Cost => {
      if (selection.kind === Kind.FIELD) return ofField(selection, parent);
      if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value);
      return ofSelections(selection.selectionSet, typeNamed(selection.typeCondition?.name.value) ?? parent);
    });
    return (variables, rows) => parts.reduce((sum, part) => sum + part(variables, rows), 0);
  }

  function ofFragment(name: string): Cost {
    const fragment = fragments.get(name);
    const type = typeNamed(fragment?.typeCondition.name.value);
    const cost =
      known.get(name) ?? (fragment && type ? once(ofSelections(fragment.selectionSet, type)) : free);
    known.set(name, cost);
    return cost;
  }

  function ofField(node: FieldNode, parent: GraphQLCompositeType): Cost {
    const name = node.name.value;
    if (name === '__schema' || name === '__type') return () => INTROSPECTION_COST;
    const field = 'getFields' in parent ? parent.getFields()[name] : undefined;
    if (!field) return free;
    const type = getNamedType(field.type);
    const weight = WEIGHTS[`${parent.name}.${name}`] ?? (isCompositeType(type) ? 1 : 0);
    const inner = node.selectionSet && isCompositeType(type) ? ofSelections(node.selectionSet, type) : free;
    const size = pageSize(node, field, defaults);
    if (isConnection(type)) return (variables) => weight + inner(variables, size?.(variables) ?? SHORT_LIST);
    if (!isListType(getNullableType(field.type))) return (variables) => weight + inner(variables, 1);
    const isPage = isConnection(parent);
    return (variables, rows) =>
      (isPage ? rows : (size?.(variables) ?? SHORT_LIST)) * (weight + inner(variables, 1));
  }

  const typeNamed = (name: string | undefined): GraphQLCompositeType | undefined => {
    const type = name === undefined ? undefined : schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  };
  const root = schema.getRootType(operation.operation);
  return root ? ofSelections(operation.selectionSet, root) : free;
}

const free: Cost = () => 0;

const isConnection = (type: unknown) => isObjectType(type) && type.name.endsWith('Connection');

/** Remembers the last answer, which within one operation is asked for with the same variables again and again. */
function once(cost: Cost): Cost {
  let last: { variables: Variables; rows: number; sum: number } | null = null;
  return (variables, rows) => {
    if (last?.variables !== variables || last.rows !== rows)
      last = { variables, rows, sum: cost(variables, rows) };
    return last.sum;
  };
}

/** The number of rows that `first`, `last` or a list of ids asks for; null for a field without any of them. */
function pageSize(
  node: FieldNode,
  field: GraphQLField<unknown, unknown>,
  defaults: ReadonlyMap<string, ValueNode | undefined>,
): ((variables: Variables) => number) | null {
  const sizes = field.args
    .filter(({ name }) => ['first', 'last', 'ids'].includes(name))
    .map(({ name, defaultValue }) => {
      const given = node.arguments?.find((argument) => argument.name.value === name)?.value;
      return (variables: Variables): number | undefined => {
        if (!given) return rowsIn(defaultValue);
        if (given.kind !== Kind.VARIABLE) return rowsInLiteral(given);
        const variable = given.name.value;
        return rowsIn(variables[variable]) ?? rowsInLiteral(defaults.get(variable)) ?? rowsIn(defaultValue);
      };
    });
  if (sizes.length === 0) return null;
  return (variables) => {
    const asked = sizes.flatMap((size) => size(variables) ?? []);
    return Math.min(PAGE_MAX, Math.max(1, ...(asked.length > 0 ? asked : [SHORT_LIST])));
  };
}

const rowsIn = (value: unknown): number | undefined => {
  if (Array.isArray(value)) return value.length;
  return typeof value === 'number' ? value : undefined;
};

const rowsInLiteral = (value: ValueNode | undefined): number | undefined => {
  if (value?.kind === Kind.LIST) return value.values.length;
  return value?.kind === Kind.INT ? Number(value.value) : undefined;
};
