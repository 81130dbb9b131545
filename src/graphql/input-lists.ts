// Lists that come in: each has a limit, and each value in it a cost, whichever argument it is for. The use cases check what
// they are given as well; this stands in front of the list that somebody adds tomorrow.
import { type DocumentNode, GraphQLError, type ValidationRule, visit } from 'graphql';
import { SPENDS_MAX } from '../credits/spend-many';
import { GRANTS_MAX } from '../grants/grant';

/** As many as a page has: whoever means more asks again. */
export const LIST_LENGTH_MAX = 100;

/** Of sets that are worked in one call, by the field that brings them; the use case behind each says the same. */
const LONGER: Readonly<Record<string, number>> = { grants: GRANTS_MAX, items: SPENDS_MAX };

const TOO_LONG = `A list has at most ${LIST_LENGTH_MAX} values.`;

/** For literals. As a rule of validation it is checked once for each document. */
export const shortLiteralLists: ValidationRule = (context) => ({
  ListValue: (node) => {
    if (node.values.length > LIST_LENGTH_MAX)
      context.reportError(new GraphQLError(TOO_LONG, { nodes: node }));
  },
});

const counted = new WeakMap<DocumentNode, number>();

/** How many values all lists have that are written out in the document. */
export function literalListValues(document: DocumentNode): number {
  let count = counted.get(document);
  if (count === undefined) {
    count = 0;
    visit(document, {
      ListValue: ({ values }) => {
        count = (count ?? 0) + values.length;
      },
    });
    counted.set(document, count);
  }
  return count;
}

/** How many values all lists of the variables have, however deep; and what to answer where one of them has too many. */
export function variableListValues(variables: Readonly<Record<string, unknown>>): {
  readonly count: number;
  readonly refused: GraphQLError | null;
} {
  let count = 0;
  for (const [name, variable] of Object.entries(variables)) {
    // With a list instead of a recursion, because JSON may be nested deeper than the stack.
    const rest: (readonly [field: string, value: unknown])[] = [[name, variable]];
    for (let next = rest.pop(); next; next = rest.pop()) {
      const [field, value] = next;
      if (typeof value !== 'object' || value === null) continue;
      const inner = Object.entries(value);
      if (Array.isArray(value)) {
        const most = LONGER[field] ?? LIST_LENGTH_MAX;
        if (value.length > most) return { count, refused: tooLong(name, most) };
        // No input has lists of lists: whoever sends one hears that it is no value.
        count += value.filter((one) => !Array.isArray(one)).length;
      }
      for (const one of inner) rest.push(one);
    }
  }
  return { count, refused: null };
}

const tooLong = (name: string, most: number) =>
  new GraphQLError(`Variable "$${name}": A list has at most ${most} values.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
