// What stands in a document: its operations, and their variables' types.
import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputType,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  typeFromAST,
} from 'graphql';

export interface OperationIn {
  readonly name: string | null;
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly node: OperationDefinitionNode;
}

export interface VariableIn {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly hasDefault: boolean;
}

/** Null while it cannot be read, as when somebody types. */
export function documentOf(query: string): DocumentNode | null {
  try {
    return parse(query);
  } catch {
    return null;
  }
}

export const operationsIn = (query: string): readonly OperationIn[] =>
  (documentOf(query)?.definitions ?? []).flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? [{ name: node.name?.value ?? null, kind: node.operation, node }]
      : [],
  );

/** The variables of an operation, as far as the schema knows their types. */
export const variablesIn = (
  schema: GraphQLSchema,
  operation: OperationIn | undefined,
): readonly VariableIn[] =>
  (operation?.node.variableDefinitions ?? []).flatMap(({ variable, type, defaultValue }) => {
    const known = typeFromAST(schema, type as never);
    return isInputType(known)
      ? [{ name: variable.name.value, type: known, hasDefault: defaultValue !== undefined }]
      : [];
  });

/**
 * The document in the usual layout.
 * @returns null where it cannot be read, or has comments, which printing it would lose
 */
export function printed(query: string): string | null {
  const document = documentOf(query);
  if (!document || hasComments(document)) return null;
  return `${print(document)}\n`;
}

function hasComments({ loc }: DocumentNode): boolean {
  for (let token = loc?.startToken; token; token = token.next ?? undefined)
    if (token.kind === 'Comment') return true;
  return false;
}
