import { jsonParseLinter } from '@codemirror/lang-json';
import type { Diagnostic } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import { coerceInputValue, isNonNullType } from 'graphql';
import { parse } from '../json';
import type { VariableIn } from '../operations';
import { type JsonPath, rangeAt } from './json-path';

const syntax = jsonParseLinter();

/** What is wrong with the variables: as JSON, and against the types that the operation gives them. */
export const checked =
  (now: () => readonly VariableIn[] | null) =>
  (view: EditorView): Diagnostic[] => {
    const text = view.state.doc.toString();
    const broken = text.trim() === '' ? [] : syntax(view);
    if (broken.length > 0) return [...broken];
    const values = parse(text);
    if (!values) return [at(view, [], 'error', 'Variables are a JSON object.')];
    const variables = now();
    if (!variables) return [];
    const names = new Set(variables.map(({ name }) => name));
    return [
      ...variables.flatMap((variable) => problemsOf(view, variable, values)),
      ...Object.keys(values)
        .filter((name) => !names.has(name))
        .map((name) => at(view, [name], 'warning', `The operation has no variable $${name}.`)),
    ];
  };

function problemsOf(
  view: EditorView,
  { name, type, hasDefault }: VariableIn,
  values: Record<string, unknown>,
) {
  if (values[name] === undefined)
    return isNonNullType(type) && !hasDefault
      ? [at(view, [], 'error', `The operation requires $${name}: ${type}.`)]
      : [];
  const found: Diagnostic[] = [];
  coerceInputValue(values[name], type, (path, _value, error) => {
    found.push(at(view, [name, ...path], 'error', error.message));
  });
  return found;
}

const at = (
  view: EditorView,
  path: JsonPath,
  severity: 'error' | 'warning',
  message: string,
): Diagnostic => ({
  ...rangeAt(view.state, path),
  severity,
  message,
});
