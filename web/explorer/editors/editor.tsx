import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { type Extension, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { look } from './look';

/** What every editor can; Tab leaves it, so that nobody is caught in it. */
const COMMON: Extension = [
  lineNumbers(),
  foldGutter(),
  highlightSpecialChars(),
  drawSelection(),
  bracketMatching(),
  highlightSelectionMatches(),
  EditorView.lineWrapping,
  look,
];

const WRITABLE: Extension = [
  history(),
  indentOnInput(),
  closeBrackets(),
  autocompletion(),
  highlightActiveLine(),
  keymap.of([
    ...closeBracketsKeymap,
    ...defaultKeymap,
    ...searchKeymap,
    ...historyKeymap,
    ...foldKeymap,
    ...completionKeymap,
    ...lintKeymap,
  ]),
];

const READ_ONLY: Extension = [EditorView.editable.of(false), keymap.of([...searchKeymap, ...foldKeymap])];

/** Keys that mean the same in every editor of the page. */
export interface Keys {
  readonly run: () => void;
  readonly prettify: () => void;
}

interface Props {
  readonly label: string;
  readonly text: string;
  /** The language and what comes with it; a new value makes a new editor. */
  readonly language: Extension;
  /** Null: for reading only. */
  readonly onText: ((text: string) => void) | null;
  readonly keys?: Keys;
  readonly onView?: (view: EditorView | null) => void;
}

/** A text in an editor. It follows `text`, also while somebody else changes it. */
export function Editor({ label, text, language, onText, keys, onView }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const made = useRef<EditorView | null>(null);
  // What is newest, for an editor that is made once.
  const latest = useRef({ text, onText, keys, onView });
  latest.current = { text, onText, keys, onView };
  const isWritable = onText !== null;
  useEffect(() => {
    if (!host.current) return;
    const view = new EditorView({
      parent: host.current,
      doc: latest.current.text,
      extensions: [
        Prec.highest(keysOf(() => latest.current.keys)),
        COMMON,
        isWritable ? WRITABLE : READ_ONLY,
        EditorView.contentAttributes.of({
          'aria-label': label,
          ...(isWritable ? {} : { tabindex: '0', 'aria-readonly': 'true' }),
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) latest.current.onText?.(update.state.doc.toString());
        }),
        language,
      ],
    });
    made.current = view;
    latest.current.onView?.(view);
    return () => {
      latest.current.onView?.(null);
      view.destroy();
    };
  }, [label, language, isWritable]);
  useEffect(() => {
    const view = made.current;
    if (view && view.state.doc.toString() !== text)
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
  }, [text]);
  return <div className="editor" ref={host} />;
}

const keysOf = (now: () => Keys | undefined) =>
  keymap.of(
    (['Mod-Enter', 'Shift-Mod-p'] as const).map((key) => ({
      key,
      preventDefault: true,
      run: () => {
        const keys = now();
        if (key === 'Mod-Enter') keys?.run();
        else keys?.prettify();
        return keys !== undefined;
      },
    })),
  );
