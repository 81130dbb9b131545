import type { EditorView } from '@codemirror/view';
import { hoverTooltip } from '@codemirror/view';
import { getSchema, graphql, offsetToPos, updateSchema } from 'cm6-graphql';
import type { GraphQLSchema } from 'graphql';
import { getHoverInformation, type IPosition } from 'graphql-language-service';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Editor, type Keys } from './editor';

interface Props {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly schema: GraphQLSchema | null;
  readonly keys: Keys;
  /** Somebody wants to read about what stands under the pointer. */
  readonly onDocs: (type: string, field: string | null) => void;
  readonly onView: (view: EditorView | null) => void;
}

/** What the schema says about what is under the pointer. */
const explained = hoverTooltip((view, pos) => {
  const schema = getSchema(view.state);
  const word = view.state.wordAt(pos);
  if (!schema || !word) return null;
  const position = offsetToPos(view.state.doc, pos) as IPosition;
  const told = getHoverInformation(schema, view.state.doc.toString(), position);
  if (typeof told !== 'string' || told === '') return null;
  const dom = document.createElement('div');
  dom.className = 'cm-hover';
  dom.textContent = told;
  return { pos: word.from, end: word.to, create: () => ({ dom }) };
});

/** The document: completed and checked by the schema. */
export function QueryEditor({ text, onText, schema, keys, onDocs, onView }: Props) {
  const [view, setView] = useState<EditorView | null>(null);
  const docs = useRef(onDocs);
  docs.current = onDocs;
  const language = useMemo(
    () => [
      graphql(undefined, {
        onShowInDocs: (field, type, parentType) => {
          const owner = parentType ?? type;
          if (owner) docs.current(bare(owner), parentType && field ? field : null);
        },
      }),
      explained,
    ],
    [],
  );
  useEffect(() => {
    if (view) updateSchema(view, schema ?? undefined);
  }, [view, schema]);
  return (
    <Editor
      label="Query"
      text={text}
      language={language}
      onText={onText}
      keys={keys}
      onView={(made) => {
        setView(made);
        onView(made);
      }}
    />
  );
}

/** The name in a type as it is written: [Package!]! is Package. */
const bare = (type: string) => type.replace(/[[\]!]/g, '');
