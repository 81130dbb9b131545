// A schema as a flat list of facts, one for each thing that a client can rely on: "PaymentIntent.timeline(first:)" says
// "Int = 50". Two schemas agree where their facts do.
import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
  isUnionType,
  print,
} from 'graphql';

/** Coordinate to meaning. */
export type Facts = ReadonlyMap<string, string>;

export function factsOf(schema: GraphQLSchema): Facts {
  const facts = new Map<string, string>();
  const add = (coordinate: string, meaning: string, description?: string | null) =>
    facts.set(coordinate, description ? `${meaning} "${description}"` : meaning);
  for (const directive of schema.getDirectives()) {
    if (isSpecifiedDirective(directive)) continue;
    const args = directive.args.map((arg) => `${arg.name}: ${arg.type}`).join(', ');
    add(
      `@${directive.name}`,
      `(${args}) on ${[...directive.locations].sort().join(' | ')}`,
      directive.description,
    );
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue;
    add(type.name, kindOf(type), type.description);
    addMembers(type, add);
  }
  return facts;
}

/** What a coordinate is part of: of an argument the field, of everything else in a type the type. */
export const parentOf = (coordinate: string): string | null =>
  /^(.+)(?:\(| @)/.exec(coordinate)?.[1] ?? /^(\w+)[. ]/.exec(coordinate)?.[1] ?? null;

type Add = (coordinate: string, meaning: string, description?: string | null) => void;

function addMembers(type: GraphQLNamedType, add: Add): void {
  if (isUnionType(type)) for (const member of type.getTypes()) add(`${type.name} = ${member.name}`, 'member');
  if (isEnumType(type))
    for (const value of type.getValues()) add(`${type.name}.${value.name}`, 'value', value.description);
  if (isInputObjectType(type))
    for (const field of Object.values(type.getFields()))
      add(`${type.name}.${field.name}`, inputMeaning(field), field.description);
  if (!isObjectType(type) && !isInterfaceType(type)) return;
  for (const parent of type.getInterfaces()) add(`${type.name} implements ${parent.name}`, 'parent');
  for (const field of Object.values(type.getFields())) {
    add(`${type.name}.${field.name}`, String(field.type), field.description);
    // printSchema leaves out which directives are applied: they stand in the syntax that a field was made from.
    for (const directive of field.astNode?.directives ?? [])
      add(`${type.name}.${field.name} @${directive.name.value}`, print(directive));
    for (const arg of field.args)
      add(`${type.name}.${field.name}(${arg.name}:)`, inputMeaning(arg), arg.description);
  }
}

function kindOf(type: GraphQLNamedType): string {
  if (isScalarType(type)) return `scalar ${type.specifiedByURL ?? ''}`.trim();
  if (isInputObjectType(type)) return type.isOneOf ? 'oneOf input' : 'input';
  return type.constructor.name;
}

function inputMeaning(input: GraphQLArgument | GraphQLInputField): string {
  const value = astFromValue(input.defaultValue, input.type);
  return value ? `${input.type} = ${print(value)}` : String(input.type);
}
