import { atHand } from '../at-hand';
import { roleOfExample } from '../example-roles';
import { useSession } from '../session';
import { tabs, titleOf } from '../tabs';
import { variablesFor, wantedBy } from '../variables';
import type { Panel } from './panel';

const FILES = import.meta.glob<string>('../../../schema/operations/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const EXAMPLES = Object.values(FILES)
  .map((source) => {
    const [, kind = 'query', name = ''] = /^\s*(query|mutation|subscription)\s+(\w+)/.exec(source) ?? [];
    const title = name.replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
    return { kind, name, title, source, role: roleOfExample(name) };
  })
  .sort((a, b) => a.title.localeCompare(b.title));

type Example = (typeof EXAMPLES)[number];

const KINDS = { query: 'Queries', mutation: 'Mutations', subscription: 'Subscriptions' } as const;

/** Saved operations; a click fills the tab with one that runs as it is, and chooses who may run it. */
function Examples() {
  const { become } = useSession();
  const { current } = tabs.use();
  const choose = async ({ source, role }: Example) => {
    const { id } = tabs.get().current;
    tabs.change(id, { query: source.trim(), variables: '', operationName: null });
    const variables = variablesFor(source, await atHand(await become(role), wantedBy(source)));
    if (Object.keys(variables).length > 0) tabs.change(id, { variables: JSON.stringify(variables, null, 2) });
  };
  return (
    <div className="panel">
      <h2>Examples</h2>
      {Object.entries(KINDS).map(([kind, title]) => (
        <section key={kind}>
          <h3>{title}</h3>
          <ul className="examples">
            {EXAMPLES.filter((example) => example.kind === kind).map((example) => (
              <li key={example.name}>
                <button
                  type="button"
                  aria-current={titleOf(current) === example.name}
                  onClick={() => void choose(example)}
                >
                  {example.title}
                </button>
                {example.role && <small>{example.role}</small>}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}

export const examplesPanel: Panel = {
  title: 'Examples',
  icon: 'M5 4h14v16H5zM9 9h6M9 13h6',
  Content: Examples,
};
