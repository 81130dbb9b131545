import { indentRange } from '@codemirror/language';
import type { EditorView } from '@codemirror/view';
import { parse } from './json';
import { printed } from './operations';
import type { Tab } from './tabs';

/**
 * Lays out the document and its variables. A document with comments, or one that cannot be read yet, keeps its lines and
 * is indented.
 */
export function prettify(view: EditorView, tab: Tab, change: (what: Partial<Tab>) => void): void {
  const variables = parse(tab.variables);
  if (variables && tab.variables.trim() !== '') change({ variables: JSON.stringify(variables, null, 2) });
  const query = printed(tab.query);
  if (query !== null) change({ query });
  else view.dispatch({ changes: indentRange(view.state, 0, view.state.doc.length) });
}
