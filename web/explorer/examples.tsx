import { type GraphiQLPlugin, useGraphiQL } from '@graphiql/react';
import { useEffect, useState } from 'react';
import { atHand } from './at-hand';
import { useSession } from './session';
import { variablesFor } from './variables';

const FILES = import.meta.glob<string>('../../schema/operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const EXAMPLES = Object.values(FILES)
  .map((source) => {
    const [, kind = 'query', name = ''] = /^\s*(query|mutation|subscription)\s+(\w+)/.exec(source) ?? [];
    return { kind, name, title: name.replace(/(?<=[a-z])(?=[A-Z])/g, ' '), source };
  })
  .sort((a, b) => a.title.localeCompare(b.title));

type Example = (typeof EXAMPLES)[number];

const KINDS = { query: 'Queries', mutation: 'Mutations', subscription: 'Subscriptions' } as const;

/** Saved operations; a click fills the editors with one that runs as it is. */
function Examples() {
  const { ask } = useSession();
  const queryEditor = useGraphiQL((state) => state.queryEditor);
  const variableEditor = useGraphiQL((state) => state.variableEditor);
  const [chosen, setChosen] = useState<Example | null>(null);
  // By an effect, because the editors are there a moment after the page is.
  useEffect(() => {
    if (!(chosen && queryEditor && variableEditor)) return;
    queryEditor.setValue(chosen.source.trim());
    void atHand(ask).then((found) => {
      const variables = variablesFor(chosen.source, found);
      variableEditor.setValue(Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : '');
    });
  }, [chosen, queryEditor, variableEditor, ask]);
  return (
    <div className="panel">
      <h2>Examples</h2>
      {Object.entries(KINDS).map(([kind, title]) => (
        <section key={kind}>
          <h3>{title}</h3>
          <ul>
            {EXAMPLES.filter((example) => example.kind === kind).map((example) => (
              <li key={example.name}>
                <button
                  type="button"
                  aria-current={chosen?.name === example.name}
                  onClick={() => setChosen({ ...example })}
                >
                  {example.title}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

const Icon = () => (
  <svg viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.6" aria-hidden="true">
    <path d="M5 4h14v16H5zM9 9h6M9 13h6" />
  </svg>
);

export const examplesPlugin: GraphiQLPlugin = { title: 'Examples', icon: Icon, content: Examples };
