// What a document must be like beside what the specification says. Rules of validation: each document is checked once,
// whoever sends it, so that nothing here may depend on a caller or on variables.
import { maxAliasesRule } from '@escape.tech/graphql-armor-max-aliases';
import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { maxDirectivesRule } from '@escape.tech/graphql-armor-max-directives';
import {
  type DocumentNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
  visit,
} from 'graphql';
import { shortLiteralLists } from './input-lists';
import { storableLiterals } from './storable';

// The largest saved operation has about 200 tokens; a document of thousands is not written by a person.
export const TOKENS_MAX = 1_000;
// The deepest saved operation has 6 levels of fields. A fragment is where its fields are written, and no level.
const DEPTH_MAX = 10;
// Enough to ask for a dozen things by id; each alias is one more call of the same resolver, and of __typename one more
// line of the answer.
const ALIASES_MAX = 15;
const DIRECTIVES_MAX = 4;

const options = (n: number) => ({
  n,
  // A rule that throws is a fault to whoever validates.
  propagateOnRejection: false,
  onReject: [
    (context: unknown, error: GraphQLError) =>
      // The rules call everything a syntax error.
      (context as ValidationContext).reportError(
        new GraphQLError(error.message.replace('Syntax Error: ', '')),
      ),
  ],
});

const oneRootField: ValidationRule = (context) => ({
  OperationDefinition: (node) => {
    if (node.operation !== OperationTypeNode.MUTATION) return;
    if (rootFields(context, node.selectionSet, new Set()) > 1)
      context.reportError(
        new GraphQLError('A mutation has one field: send each in a request of its own.', { nodes: node }),
      );
  },
});

function rootFields(context: ValidationContext, { selections }: SelectionSetNode, seen: Set<string>): number {
  return selections.reduce((count, selection) => {
    if (selection.kind === Kind.FIELD) return count + (selection.name.value === '__typename' ? 0 : 1);
    if (selection.kind === Kind.INLINE_FRAGMENT)
      return count + rootFields(context, selection.selectionSet, seen);
    const name = selection.name.value;
    // Spread again it adds nothing new, and one that contains itself is refused by another rule.
    if (seen.has(name)) return count;
    seen.add(name);
    const fragment = context.getFragment(name);
    return count + (fragment ? rootFields(context, fragment.selectionSet, seen) : 0);
  }, 0);
}

/** Beside the rules of the specification. */
export const OWN_RULES: readonly ValidationRule[] = [
  storableLiterals,
  shortLiteralLists,
  oneRootField,
  maxDepthRule({ ...options(DEPTH_MAX), ignoreIntrospection: true, flattenFragments: true }),
  maxAliasesRule({ ...options(ALIASES_MAX), allowList: [] }),
  maxDirectivesRule(options(DIRECTIVES_MAX)),
].map((rule) => rule as ValidationRule);

const asked = new WeakMap<DocumentNode, boolean>();

/** True for a document that asks the schema about itself, wherever in it. */
export function introspects(document: DocumentNode): boolean {
  let answer = asked.get(document);
  if (answer === undefined) {
    answer = false;
    visit(document, {
      Field: ({ name }) => {
        if (name.value === '__schema' || name.value === '__type') answer = true;
      },
    });
    asked.set(document, answer);
  }
  return answer;
}
