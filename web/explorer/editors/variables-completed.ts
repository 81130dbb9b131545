import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import { syntaxTree } from '@codemirror/language';
import type { SyntaxNode } from '@lezer/common';
import {
  type GraphQLInputType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isScalarType,
} from 'graphql';
import type { VariableIn } from '../operations';
import { type JsonPath, pathOf } from './json-path';

interface Field {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly description?: string | null;
}

/** Offers names of variables and of their fields, and the values of enums. */
export const completed =
  (now: () => readonly VariableIn[] | null) =>
  (context: CompletionContext): CompletionResult | null => {
    const variables = now();
    const word = context.matchBefore(/"?\w*/);
    if (!(variables && word && (word.to > word.from || context.explicit))) return null;
    const place = placeOf(syntaxTree(context.state).resolveInner(word.from, -1), word.from);
    if (!place) return null;
    const path = pathOf(context.state, place.node);
    const options = place.isValue ? valuesAt(variables, path) : namesAt(variables, path);
    // A quote that the editor closed by itself belongs to the word.
    const to = context.state.sliceDoc(word.to, word.to + 1) === '"' ? word.to + 1 : word.to;
    return { from: word.from, to, options, filter: true, validFor: /^"?\w*$/ };
  };

/** The object that a name would stand in, or the property or array whose value is asked for. */
function placeOf(inner: SyntaxNode, from: number): { node: SyntaxNode; isValue: boolean } | null {
  for (let node: SyntaxNode | null = inner; node; node = node.parent) {
    if (node.name === 'Object') return { node, isValue: false };
    const name = node.name === 'Property' ? node.getChild('PropertyName') : null;
    if (name && from >= name.to) return { node, isValue: true };
    if (node.name === 'Array') return { node, isValue: true };
  }
  return null;
}

function namesAt(variables: readonly VariableIn[], path: JsonPath): Completion[] {
  const fields: readonly Field[] = path.length === 0 ? variables : fieldsOf(typeAt(variables, path));
  return fields.map(({ name, type, description }) => ({
    label: `"${name}"`,
    apply: `"${name}": `,
    detail: String(type),
    type: 'property',
    ...(description ? { info: description } : {}),
    // What has to be there comes first.
    boost: isNonNullType(type) ? 1 : 0,
  }));
}

function valuesAt(variables: readonly VariableIn[], path: JsonPath): Completion[] {
  const asked = typeAt(variables, path);
  const type = isListType(asked) ? getNullableType(asked.ofType) : asked;
  if (isEnumType(type))
    return type.getValues().map(({ name, description }) => ({
      label: `"${name}"`,
      ...(description ? { info: description } : {}),
    }));
  if (isScalarType(type) && type.name === 'Boolean') return [{ label: 'true' }, { label: 'false' }];
  return [];
}

/** The type of what stands at a path; undefined where the schema has nothing. */
function typeAt(variables: readonly VariableIn[], path: JsonPath) {
  const [first, ...rest] = path;
  let type = variables.find(({ name }) => name === first)?.type;
  for (const step of rest) {
    const nullable = type && getNullableType(type);
    if (typeof step === 'number') type = isListType(nullable) ? nullable.ofType : type;
    else type = fieldsOf(nullable).find(({ name }) => name === step)?.type;
  }
  return type && getNullableType(type);
}

/** The fields of an input object, also where a list of them was asked for. */
function fieldsOf(type: unknown): readonly Field[] {
  const item = isListType(type) ? getNullableType(type.ofType) : type;
  return isInputObjectType(item) ? Object.values(item.getFields()) : [];
}
