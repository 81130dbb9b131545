// An operation worked out once: which fields each object type resolves, and how what comes of each is completed. It is run
// by run-plan.ts with the schema's own resolvers, scalars and types, so that it answers what graphql-js answers, and
// test/graphql/plan.test.ts holds one against the other. What asks for fields on a condition is left to graphql-js.
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  TypeNameMetaFieldDef,
  visit,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields';
import { completeAbstract, completeLeaf, completeList, completeObject, never } from './complete';
import type { Context } from './context';
import type { Complete } from './run-plan';

/** What a field of an object type does, in one place of one document. */
export interface Field {
  /** Under which it stands in the answer. */
  readonly key: string;
  readonly name: string;
  readonly parent: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, Context>;
  readonly nodes: readonly FieldNode[];
  /** Null: it is the property of its name. */
  readonly resolve: GraphQLFieldResolver<unknown, Context> | null;
  readonly takesArguments: boolean;
  readonly isRequired: boolean;
  /** A property that is a value: neither resolver nor what is inside of it asks where it stands. */
  readonly isPlain: boolean;
  readonly complete: Complete;
}

/** The fields of a type where it is selected. */
export type FieldsOf = (type: GraphQLObjectType) => readonly Field[];

export interface Plan {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly fields: readonly Field[];
}

/** Null for what is left to graphql-js. @param document valid for this schema */
export function planOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Plan | null {
  const root = schema.getRootType(operation.operation);
  if (!root || operation.operation === 'subscription' || !isPlannable(document)) return null;
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  const collected = collectFields(schema, fragments, {}, root, operation.selectionSet);
  return { schema, operation, fragments, fields: fieldsIn({ schema, fragments }, root, collected) };
}

/** Without a condition, a question about the schema itself, or a name that an object of JavaScript gives a meaning to. */
function isPlannable(document: DocumentNode): boolean {
  let isSo = true;
  visit(document, {
    Directive: () => {
      isSo = false;
    },
    Field: ({ name, alias }) => {
      if (['__schema', '__type'].includes(name.value) || alias?.value === '__proto__') isSo = false;
    },
  });
  return isSo;
}

interface Scope {
  readonly schema: GraphQLSchema;
  readonly fragments: Record<string, FragmentDefinitionNode>;
}

function fieldsIn(
  scope: Scope,
  parent: GraphQLObjectType,
  collected: ReadonlyMap<string, readonly FieldNode[]>,
): readonly Field[] {
  return [...collected].flatMap(([key, nodes]) => {
    const name = nodes[0]?.name.value ?? '';
    const definition = name === TypeNameMetaFieldDef.name ? TypeNameMetaFieldDef : parent.getFields()[name];
    return definition ? [fieldOf(scope, { key, name, parent, definition, nodes })] : [];
  });
}

function fieldOf(
  scope: Scope,
  place: Pick<Field, 'key' | 'name' | 'parent' | 'definition' | 'nodes'>,
): Field {
  const { definition, nodes } = place;
  const resolve = definition.resolve ?? null;
  return {
    ...place,
    resolve,
    takesArguments: definition.args.length > 0,
    isRequired: isNonNullType(definition.type),
    isPlain: resolve === null && isLeafType(getNullableType(definition.type)),
    complete: completerOf(scope, definition.type, nodes),
  };
}

function completerOf(scope: Scope, type: GraphQLOutputType, nodes: readonly FieldNode[]): Complete {
  if (isNonNullType(type)) return never(completerOf(scope, type.ofType, nodes));
  if (isListType(type))
    return completeList(completerOf(scope, type.ofType, nodes), isNonNullType(type.ofType));
  if (isLeafType(type)) return completeLeaf(type);
  const fields = subfieldsOf(scope, nodes);
  if (isObjectType(type)) return completeObject(type, fields);
  if (isAbstractType(type)) return completeAbstract(type, fields);
  throw new TypeError(`No output type: ${type}`);
}

/** Worked out when a value of the type first comes: a union of many types is mostly one of them. */
function subfieldsOf(scope: Scope, nodes: readonly FieldNode[]): FieldsOf {
  const known = new Map<GraphQLObjectType, readonly Field[]>();
  return (type) => {
    let fields = known.get(type);
    if (!fields) {
      const collected = collectSubfields(scope.schema, scope.fragments, {}, type, nodes);
      fields = fieldsIn(scope, type, collected);
      known.set(type, fields);
    }
    return fields;
  };
}
