// @auth and @cost: which role a field asks for, and what it costs. type-graphql cannot apply a directive whose argument
// is an enum of its own schema, so that they stand in two tables, required-roles.ts, and are put on the built schema.
// They are enforced from here: a field that is listed needs no check of its own.
import {
  DirectiveLocation,
  defaultFieldResolver,
  type FieldDefinitionNode,
  GraphQLDirective,
  GraphQLEnumType,
  type GraphQLFieldResolver,
  GraphQLInt,
  GraphQLNonNull,
  type GraphQLObjectType,
  GraphQLSchema,
  isNonNullType,
  isObjectType,
  type ObjectTypeDefinitionNode,
  parse,
} from 'graphql';
import { hasRole, type Role } from '../callers/caller';
import { invariant } from '../kernel/invariant';
import { callerWith } from './access';
import type { Context } from './context';
import { REQUIRED_ROLES, WEIGHTS } from './required-roles';

/** Second persons are persons: an API key, which one person can make, is none. */
const PERSONS_ONLY = new Set(['Mutation.decideApproval', 'Mutation.createApiKey', 'Mutation.revokeApiKey']);

/** The same schema with both directives, defined, applied and enforced. */
export function withDirectives(schema: GraphQLSchema): GraphQLSchema {
  const role = schema.getType('Role');
  invariant(role instanceof GraphQLEnumType, 'Role is no enum of the schema');
  for (const type of Object.values(schema.getTypeMap())) if (isObjectType(type)) applyTo(type);
  const config = schema.toConfig();
  return new GraphQLSchema({ ...config, directives: [...config.directives, ...directives(role)] });
}

function directives(role: GraphQLEnumType): GraphQLDirective[] {
  const locations = [DirectiveLocation.FIELD_DEFINITION, DirectiveLocation.OBJECT];
  return [
    new GraphQLDirective({
      name: 'auth',
      description:
        'Role a caller must hold. Mirrored in each description, since applied directives do not show in introspection.',
      locations,
      args: {
        requires: {
          type: new GraphQLNonNull(role),
          defaultValue: 'user',
          description: 'Who holds none that includes it is refused, or reads null inside of what it may see.',
        },
      },
    }),
    new GraphQLDirective({
      name: 'cost',
      description: 'Static cost used by the query cost limit; list fields multiply it by the page size.',
      locations,
      args: {
        weight: {
          type: new GraphQLNonNull(GraphQLInt),
          description: 'Points; an operation may cost 10 000, of who is not signed in 1000.',
        },
      },
    }),
  ];
}

function applyTo(type: GraphQLObjectType): void {
  for (const [name, field] of Object.entries(type.getFields())) {
    const coordinate = `${type.name}.${name}`;
    const role = REQUIRED_ROLES.get(coordinate);
    const weight = WEIGHTS[coordinate];
    if (role !== undefined || weight !== undefined)
      field.astNode = applied(name, `${field.type}`, [
        ...(role === undefined ? [] : [`@auth(requires: ${role})`]),
        ...(weight === undefined ? [] : [`@cost(weight: ${weight})`]),
      ]);
    if (role === undefined) continue;
    const rule = { role, isMasked: isMasked(type.name), isForPersons: PERSONS_ONLY.has(coordinate) };
    invariant(!rule.isMasked || !isNonNullType(field.type), `${coordinate} cannot be masked`);
    field.resolve = allowing(rule, field.resolve ?? defaultFieldResolver);
    if (field.subscribe) field.subscribe = allowing(rule, field.subscribe);
  }
}

/** Inside what a caller may see, a field that it may not see is null; to ask at the top is refused. */
const isMasked = (typeName: string) => !['Query', 'Mutation', 'Subscription', 'Admin'].includes(typeName);

interface Rule {
  readonly role: Role;
  readonly isMasked: boolean;
  readonly isForPersons: boolean;
}

/** Of a subscription this runs for each event again. */
function allowing(rule: Rule, resolve: Resolve): Resolve {
  return (source, args, context, info) => {
    if (rule.isMasked && !(context.caller && hasRole(context.caller, rule.role))) return null;
    callerWith(rule.role, context, rule.isForPersons);
    return resolve(source, args, context, info);
  };
}

type Resolve = GraphQLFieldResolver<unknown, Context>;

function applied(name: string, type: string, uses: readonly string[]): FieldDefinitionNode {
  const { definitions } = parse(`type T { ${name}: ${type} ${uses.join(' ')} }`, { noLocation: true });
  const node = (definitions[0] as ObjectTypeDefinitionNode).fields?.[0];
  invariant(node, `No node for ${name}`);
  return node;
}
