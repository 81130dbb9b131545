// Which fields of what a resolver answers with were asked for.
import { type GraphQLResolveInfo, Kind, type SelectionNode, type SelectionSetNode } from 'graphql';

/** Whether one of `names` is among them; one that is skipped by a directive counts as well. */
export function asksFor({ fieldNodes, fragments }: GraphQLResolveInfo, names: readonly string[]): boolean {
  const isAmong = (set: SelectionSetNode | undefined): boolean => set?.selections.some(asks) ?? false;
  const asks = (node: SelectionNode): boolean => {
    if (node.kind === Kind.FIELD) return names.includes(node.name.value);
    return isAmong(
      node.kind === Kind.INLINE_FRAGMENT ? node.selectionSet : fragments[node.name.value]?.selectionSet,
    );
  };
  return fieldNodes.some((node) => isAmong(node.selectionSet));
}
