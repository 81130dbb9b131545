// Where something stands in a JSON text, by the editor's syntax tree.
import { syntaxTree } from '@codemirror/language';
import type { EditorState } from '@codemirror/state';
import type { SyntaxNode } from '@lezer/common';

export type JsonPath = readonly (string | number)[];

const keyOf = (state: EditorState, property: SyntaxNode): string => {
  const name = property.getChild('PropertyName');
  return name ? state.sliceDoc(name.from, name.to).replaceAll('"', '') : '';
};

/** The elements of an array, or properties of an object, without punctuation. */
function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (/^[A-Z]/.test(child.name)) found.push(child);
  return found;
}

/** The path of the value that a node is, or of the property that it belongs to. */
export function pathOf(state: EditorState, node: SyntaxNode): JsonPath {
  const { parent } = node;
  if (!parent) return [];
  const above = pathOf(state, parent);
  if (parent.name === 'Array')
    return [...above, childrenOf(parent).findIndex(({ from }) => from === node.from)];
  return node.name === 'Property' ? [...above, keyOf(state, node)] : above;
}

/** What stands at a path: its longest part that is there, a property by its name. */
export function rangeAt(state: EditorState, path: JsonPath): { readonly from: number; readonly to: number } {
  let node = syntaxTree(state).topNode.firstChild;
  let range = node ?? { from: 0, to: state.doc.length };
  for (const step of path) {
    if (!node) break;
    const children: SyntaxNode[] = childrenOf(node);
    const found: SyntaxNode | undefined =
      typeof step === 'number' ? children[step] : children.find((child) => keyOf(state, child) === step);
    if (!found) break;
    range = found.getChild('PropertyName') ?? found;
    node = found.name === 'Property' ? found.lastChild : found;
  }
  return { from: range.from, to: range.to };
}
