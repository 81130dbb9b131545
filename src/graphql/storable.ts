// Text that cannot be stored is refused before anything runs, whichever argument it is for. The use cases check what they
// are given as well; this stands in front of the argument that somebody adds tomorrow, whose statement would fail for all
// the calls that share it.
import { GraphQLError, type ValidationRule } from 'graphql';
import { isStorable } from '../kernel/text';

/** For literals. As a rule of validation it is checked once for each document. */
export const storableLiterals: ValidationRule = (context) => ({
  StringValue: (node) => {
    if (!isStorable(node.value)) context.reportError(new GraphQLError(UNSTORABLE, { nodes: node }));
  },
});

/** For variables, as they came. @returns what to answer, or null when all can be stored. */
export function unstorableVariable(
  variables: Readonly<Record<string, unknown>> | null | undefined,
): GraphQLError | null {
  for (const [name, value] of Object.entries(variables ?? {}))
    if (!holdsStorable(value))
      return new GraphQLError(`Variable "$${name}": ${UNSTORABLE}`, {
        extensions: { code: 'BAD_USER_INPUT' },
      });
  return null;
}

const UNSTORABLE = 'Text is Unicode without the character NUL and without half a surrogate pair.';

function holdsStorable(value: unknown): boolean {
  // With a list instead of a recursion, because JSON may be nested deeper than the stack.
  const rest = [value];
  while (rest.length > 0) {
    const next = rest.pop();
    if (typeof next === 'string' && !isStorable(next)) return false;
    if (typeof next === 'object' && next !== null) for (const inner of Object.values(next)) rest.push(inner);
  }
  return true;
}
