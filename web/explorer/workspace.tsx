import type { EditorView } from '@codemirror/view';
import { useMemo, useRef, useState } from 'react';
import type { Keys } from './editors/editor';
import { QueryEditor } from './editors/query';
import { AnswerEditor, HeadersEditor, VariablesEditor } from './editors/variables';
import { operationsIn, variablesIn } from './operations';
import { docs } from './panels/places';
import { prettify } from './prettify';
import { runs } from './runs';
import { useSession } from './session';
import { settings } from './settings';
import { Splitter } from './splitter';
import { operationOf, type Tab, tabs } from './tabs';
import { Toolbar } from './toolbar';

/** One document with what belongs to it: variables, headers, and the answer. */
export function Workspace({ tab, token }: { readonly tab: Tab; readonly token: string | null }) {
  const { schema } = useSession();
  const { share, over } = settings.use();
  const run = runs.useOf(tab.id);
  const view = useRef<EditorView | null>(null);
  const { query, operationName } = tab;
  const operations = useMemo(() => operationsIn(query), [query]);
  const variables = useMemo(() => {
    const operation = operations.find(({ name }) => name === operationName) ?? operations[0];
    return schema && operation ? variablesIn(schema, operation) : null;
  }, [schema, operations, operationName]);
  const change = (what: Partial<Tab>) => tabs.change(tab.id, what);
  const keys: Keys = {
    run: () => void runs.start(tabs.get().current, token, over),
    prettify: () => view.current && prettify(view.current, tab, change),
  };
  return (
    <main className="panes" style={{ '--share': `${share}%` } as never}>
      <section className="document" aria-label="Document">
        <Toolbar tab={tab} operations={operations} isRunning={run.isRunning} keys={keys} />
        <QueryEditor
          text={query}
          schema={schema}
          keys={keys}
          onText={(text) => change({ query: text })}
          onView={(made) => {
            view.current = made;
          }}
          onDocs={(type, field) => {
            docs.go(type, field);
            settings.change({ panel: 'Docs' });
          }}
        />
        <Inputs tab={tab} variables={variables} keys={keys} onChange={change} />
      </section>
      <Splitter />
      <Answer run={run} />
    </main>
  );
}

interface InputsProps {
  readonly tab: Tab;
  readonly variables: ReturnType<typeof variablesIn> | null;
  readonly keys: Keys;
  readonly onChange: (change: Partial<Tab>) => void;
}

/** Variables and headers, of which one is shown. */
function Inputs({ tab, variables, keys, onChange }: InputsProps) {
  const [shown, setShown] = useState<'Variables' | 'Headers' | null>('Variables');
  const { over } = settings.use();
  return (
    <section className="inputs" aria-label="Inputs" data-open={shown !== null}>
      <header>
        {(['Variables', 'Headers'] as const).map((name) => (
          <button
            type="button"
            key={name}
            aria-expanded={shown === name}
            onClick={() => setShown(shown === name ? null : name)}
          >
            {name}
          </button>
        ))}
        {operationOf(tab)?.kind === 'subscription' && (
          <label className="by">
            Events by
            <select
              value={over}
              onChange={(event) => settings.change({ over: event.target.value as typeof over })}
            >
              <option>WebSocket</option>
              <option>SSE</option>
            </select>
          </label>
        )}
      </header>
      {shown === 'Variables' && (
        <VariablesEditor
          text={tab.variables}
          variables={variables}
          keys={keys}
          onText={(text) => onChange({ variables: text })}
        />
      )}
      {shown === 'Headers' && (
        <HeadersEditor text={tab.headers} keys={keys} onText={(text) => onChange({ headers: text })} />
      )}
    </section>
  );
}

function Answer({ run }: { readonly run: ReturnType<typeof runs.useOf> }) {
  const { value, note } = run;
  const text = useMemo(
    () => (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value, null, 2)),
    [value],
  );
  return (
    <section className="answer" aria-label="Answer">
      <p role="status">{note}</p>
      <AnswerEditor text={text} />
    </section>
  );
}
