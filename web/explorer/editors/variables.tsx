import { json, jsonParseLinter } from '@codemirror/lang-json';
import { forceLinting, linter } from '@codemirror/lint';
import type { EditorView } from '@codemirror/view';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { VariableIn } from '../operations';
import { Editor, type Keys } from './editor';
import { checked } from './variables-checked';
import { completed } from './variables-completed';

interface Props {
  readonly text: string;
  readonly onText: (text: string) => void;
  /** Of the operation that will run; null while the schema or the document cannot be read. */
  readonly variables: readonly VariableIn[] | null;
  readonly keys: Keys;
}

/** The variables as JSON: completed and checked by their types in the operation. */
export function VariablesEditor({ text, onText, variables, keys }: Props) {
  const [view, setView] = useState<EditorView | null>(null);
  const known = useRef(variables);
  known.current = variables;
  const language = useMemo(() => {
    const { language, support } = json();
    const now = () => known.current;
    return [language, support, language.data.of({ autocomplete: completed(now) }), linter(checked(now))];
  }, []);
  // The document decides what is right here.
  useEffect(() => {
    if (view && variables) forceLinting(view);
  }, [view, variables]);
  return (
    <Editor label="Variables" text={text} language={language} onText={onText} keys={keys} onView={setView} />
  );
}

/** Further headers as JSON. */
export function HeadersEditor({ text, onText, keys }: Omit<Props, 'variables'>) {
  const language = useMemo(() => {
    const parse = jsonParseLinter();
    return [json(), linter((view) => (view.state.doc.toString().trim() === '' ? [] : parse(view)))];
  }, []);
  return <Editor label="Headers" text={text} language={language} onText={onText} keys={keys} />;
}

const READ = json();

/** The answer, for reading, folding and searching. */
export function AnswerEditor({ text }: { readonly text: string }) {
  return <Editor label="Answer" text={text} language={READ} onText={null} />;
}
