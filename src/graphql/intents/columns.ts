// Which columns of an intent a page of them shows. What is not known to need a column alone needs the whole row.
import { type FieldNode, type GraphQLResolveInfo, isObjectType, Kind, type SelectionSetNode } from 'graphql';
import { isColumn, type Property } from '../../db/columns';
import { Intent } from '../../payments/intent.entity';

type Properties = readonly Property<Intent>[];

/** What is worked out of columns alone (fields.ts), and of which. */
const WORKED_OUT: Readonly<Record<string, Properties>> = {
  __typename: [],
  amountMinor: ['amountMinor'],
  amountCents: ['amountMinor'],
  amount: ['amountMinor', 'currency'],
  creditsAmount: ['credits'],
  creditsAdded: ['grantJournalId', 'credits'],
  creditsTransactionId: ['grantJournalId'],
  mock: ['mode'],
};

// A plan gives the same nodes to each request.
const known = new WeakMap<object, Properties | null>();

/** @param info of a field that answers with a connection of intents. @returns null for the whole row */
export function intentColumns(info: GraphQLResolveInfo): Properties | null {
  let columns = known.get(info.fieldNodes);
  if (columns === undefined) {
    columns = columnsIn(info);
    known.set(info.fieldNodes, columns);
  }
  return columns;
}

function columnsIn(info: GraphQLResolveInfo): Properties | null {
  const fieldsOf = (set: SelectionSetNode | undefined): readonly FieldNode[] =>
    (set?.selections ?? []).flatMap((node) => {
      if (node.kind === Kind.FIELD) return [node];
      const inner = node.kind === Kind.INLINE_FRAGMENT ? node : info.fragments[node.name.value];
      return fieldsOf(inner?.selectionSet);
    });
  const inside = (nodes: readonly FieldNode[], name: string): readonly FieldNode[] =>
    nodes.filter((node) => node.name.value === name).flatMap((node) => fieldsOf(node.selectionSet));
  const connection = info.fieldNodes.flatMap((node) => fieldsOf(node.selectionSet));
  const nodes = [...inside(inside(connection, 'edges'), 'node'), ...inside(connection, 'nodes')];
  const columns = new Set<Property<Intent>>();
  for (const node of nodes) {
    const needed = columnsOf(info, node.name.value);
    if (!needed) return null;
    for (const column of needed) columns.add(column);
  }
  return [...columns];
}

function columnsOf({ schema }: GraphQLResolveInfo, field: string): Properties | null {
  if (Object.hasOwn(WORKED_OUT, field)) return WORKED_OUT[field] as Properties;
  const type = schema.getType('PaymentIntent');
  const isPlain = isObjectType(type) && type.getFields()[field]?.resolve === undefined;
  return isPlain && isColumn(Intent, field) ? [field] : null;
}
