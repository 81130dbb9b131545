// Documents that came, parsed and validated.
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { OWN_RULES, TOKENS_MAX } from './rules';

// Documents come from programs, which send the same few again and again.
export const DOCUMENTS_MAX = 500;
// Several times the longest saved operation. Longer ones are few, and 500 of them would be 500 MB.
export const KEPT_LENGTH_MAX = 10_000;

type Checked = DocumentNode | readonly GraphQLError[];

export const isErrors = (document: Checked): document is readonly GraphQLError[] => Array.isArray(document);

/** Parses and validates, each text once. Nothing that is kept here depends on who sent it. */
export function createDocuments(schema: GraphQLSchema): (query: string) => Checked {
  const documents = new Map<string, Checked>();
  return (query) => {
    const known = documents.get(query);
    if (known) return known;
    const document = checked(schema, query);
    if (query.length > KEPT_LENGTH_MAX) return document;
    if (documents.size >= DOCUMENTS_MAX) documents.clear();
    documents.set(query, document);
    return document;
  };
}

function checked(schema: GraphQLSchema, query: string): Checked {
  try {
    const document = parse(query, { maxTokens: TOKENS_MAX });
    const errors = validate(schema, document, [...specifiedRules, ...OWN_RULES]);
    return errors.length > 0 ? errors.map((error) => withCode(error, 'GRAPHQL_VALIDATION_FAILED')) : document;
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
}

const withCode = (error: GraphQLError, code: string) =>
  new GraphQLError(error.message, {
    nodes: error.nodes,
    source: error.source,
    positions: error.positions,
    extensions: { code },
  });
