// The open documents. This browser keeps them, but not their headers, which may hold tokens.
import { type OperationIn, operationsIn } from './operations';
import { createKeptStore } from './store';

export interface Tab {
  readonly id: string;
  readonly query: string;
  readonly variables: string;
  readonly headers: string;
  /** Which operation runs where the document has several; null: the first. */
  readonly operationName: string | null;
}

export interface Tabs {
  readonly open: readonly Tab[];
  readonly current: Tab;
}

export type Document = Partial<Pick<Tab, 'query' | 'variables'>>;

// More do not fit into a row, and whoever opens them has the history.
const TABS_MAX = 20;

const FIRST = `query Start {
  packages { id name credits price { formatted } savingsPercent }
  checkoutConfig { mode defaultProvider }
}
`;

const newTab = (document: Document = {}): Tab => ({
  id: crypto.randomUUID(),
  query: '',
  variables: '',
  headers: '',
  operationName: null,
  ...document,
});

function read(kept: unknown): Tabs {
  const { open, current } = (kept ?? {}) as { open?: unknown; current?: unknown };
  const usable = (Array.isArray(open) ? open : [])
    .filter((tab) => typeof tab?.query === 'string' && typeof tab.variables === 'string')
    .map(({ query, variables }) => newTab({ query, variables }))
    .slice(0, TABS_MAX);
  const first = usable[0] ?? newTab({ query: FIRST });
  return { open: usable.length > 0 ? usable : [first], current: usable[Number(current)] ?? first };
}

const store = createKeptStore('tabs', read, ({ open, current }) => ({
  open: open.map(({ query, variables }) => ({ query, variables })),
  current: open.indexOf(current),
}));

export const tabs = {
  use: store.use,
  get: store.get,
  select: (tab: Tab) => store.set({ ...store.get(), current: tab }),
  /** Changes the tab with this id, if it is still open. */
  change: (id: string, change: Partial<Omit<Tab, 'id'>>) => {
    const { open, current } = store.get();
    const changed = (tab: Tab) => (tab.id === id ? { ...tab, ...change } : tab);
    const next = open.map(changed);
    store.set({ open: next, current: next[open.indexOf(current)] ?? current });
  },
  /** Opens a document, or goes to the tab that shows it already. */
  add: (document?: Document) => {
    const { open } = store.get();
    const same = document && open.find(isOf(document));
    if (same) return tabs.select(same);
    const tab = newTab(document);
    store.set({ open: [...open, tab].slice(-TABS_MAX), current: tab });
  },
  close: (tab: Tab) => {
    const { open, current } = store.get();
    const left = open.filter(({ id }) => id !== tab.id);
    const next = left.length > 0 ? left : [newTab()];
    const beside = next[Math.min(open.indexOf(tab), next.length - 1)] as Tab;
    store.set({ open: next, current: current.id === tab.id ? beside : current });
  },
};

const isOf =
  ({ query, variables = '' }: Document) =>
  (tab: Tab) =>
    tab.query === query && tab.variables === variables;

/** The operation of the tab that runs; undefined where the document has none or cannot be read yet. */
export function operationOf(tab: Tab): OperationIn | undefined {
  const operations = operationsIn(tab.query);
  return operations.find(({ name }) => name === tab.operationName) ?? operations[0];
}

export const titleOf = (tab: Tab): string =>
  operationsIn(tab.query)[0]?.name ??
  /^\s*(?:query|mutation|subscription)\s+(\w+)/.exec(tab.query)?.[1] ??
  'Untitled';
