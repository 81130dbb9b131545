// What is said in the same words wherever it stands, written once: the arguments of a page, the errors of a payload, what an
// interface says of its fields, and an argument that is described by the type of its input.
import {
  type GraphQLArgument,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

const PAGING: Readonly<Record<string, string>> = {
  first: 'At most so many rows, 1 to 100.',
  after: 'endCursor of the page before. Left out: from the beginning.',
  last: 'At most so many rows from the end, 1 to 100; `first` says nothing then.',
  before: 'startCursor of the page after. Left out: up to the end.',
};

const ROOTS: Readonly<Record<string, string>> = {
  Query: 'What can be read. Own things without more; `admin` for operators.',
  Mutation: 'What can be done. One in each operation; a failure to act on stands in `errors` of the payload.',
  Subscription: 'What can be watched, over WebSocket (/graphql) or server-sent events (/graphql/stream).',
};

const ERRORS = 'Why nothing was done; empty when it was.';

/** Describes what says nothing of itself. What is described already stays as it is. */
export function describeTheSame(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap()))
    if ((isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__')) describeFields(type);
}

function describeFields(type: GraphQLObjectType | GraphQLInterfaceType): void {
  type.description ||= ROOTS[type.name];
  for (const [name, field] of Object.entries(type.getFields())) {
    const inherited = type.getInterfaces().map((one) => one.getFields()[name]?.description);
    const isErrors = name === 'errors' && type.name.endsWith('Payload');
    field.description ||= isErrors ? ERRORS : inherited.find(Boolean);
    for (const argument of field.args) argument.description ||= ofArgument(argument);
  }
}

function ofArgument({ name, type }: GraphQLArgument): string | undefined {
  const named = getNamedType(type);
  return isInputObjectType(named) ? (named.description ?? undefined) : PAGING[name];
}
