// The console's own documents, as it sends them.
import fs from 'node:fs';
import path from 'node:path';
import { type DocumentNode, type FragmentDefinitionNode, Kind, parse, print, visit } from 'graphql';

const CONSOLE = path.join('web', 'console');

/** Every operation of the console by its name, each with the fragments it uses. */
export function consoleDocuments(): ReadonlyMap<string, string> {
  const files = fs
    .readdirSync(CONSOLE, { recursive: true })
    .filter((file) => String(file).endsWith('.graphql'));
  const definitions = files.flatMap(
    (file) => parse(fs.readFileSync(path.join(CONSOLE, String(file)), 'utf8')).definitions,
  );
  const fragments = new Map(
    definitions
      .filter(
        (definition): definition is FragmentDefinitionNode => definition.kind === Kind.FRAGMENT_DEFINITION,
      )
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const used = (node: DocumentNode['definitions'][number], found = new Set<FragmentDefinitionNode>()) => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (!fragment || found.has(fragment)) return;
        found.add(fragment);
        used(fragment, found);
      },
    });
    return found;
  };
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.name
        ? [
            [definition.name.value, [definition, ...used(definition)].map(print).join('\n')] as [
              string,
              string,
            ],
          ]
        : [],
    ),
  );
}
