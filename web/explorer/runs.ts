// What each tab's last run brought, and what still runs.
import { parse as readJson } from './json';
import { remember } from './past';
import { type Asked, type Shown, send } from './send';
import { createStore } from './store';
import { operationOf, type Tab, titleOf } from './tabs';

export interface Run extends Shown {
  readonly isRunning: boolean;
}

const NONE: Run = { value: undefined, note: 'Ctrl-Enter runs the document', isRunning: false };

const store = createStore<ReadonlyMap<string, Run>>(new Map());
const running = new Map<string, AbortController>();

const put = (id: string, run: Run) => store.set(new Map(store.get()).set(id, run));
const now = (id: string) => store.get().get(id) ?? NONE;

export const runs = {
  useOf: (id: string): Run => store.use().get(id) ?? NONE,
  stop: (id: string) => running.get(id)?.abort(),
  stopAll: () => {
    for (const controller of running.values()) controller.abort();
  },
  /** Runs the operation of a tab; one of the same tab that still runs is stopped. */
  start: async (tab: Tab, token: string | null, over: Asked['over']) => {
    runs.stop(tab.id);
    const asked = askedBy(tab, token, over);
    if (typeof asked === 'string') return put(tab.id, { value: asked, note: 'not sent', isRunning: false });
    remember(tab, titleOf(tab));
    const controller = new AbortController();
    running.set(tab.id, controller);
    const isCurrent = () => running.get(tab.id) === controller;
    put(tab.id, { ...now(tab.id), note: 'running', isRunning: true });
    try {
      for await (const shown of send(asked, controller.signal))
        if (isCurrent()) put(tab.id, { ...shown, isRunning: true });
    } catch (error) {
      const value = controller.signal.aborted ? now(tab.id).value : { errors: reasons(error) };
      if (isCurrent())
        put(tab.id, { value, note: controller.signal.aborted ? 'stopped' : 'failed', isRunning: false });
    }
    if (!isCurrent()) return;
    running.delete(tab.id);
    put(tab.id, { ...now(tab.id), isRunning: false });
  },
};

/** What to send, or a sentence on why it cannot be sent. */
function askedBy(tab: Tab, token: string | null, over: Asked['over']): Asked | string {
  const variables = readJson(tab.variables);
  if (!variables) return 'The variables are not a JSON object.';
  const headers = readJson(tab.headers);
  if (!headers) return 'The headers are not a JSON object.';
  const operation = operationOf(tab);
  return {
    query: tab.query,
    operationName: operation?.name ?? null,
    isLive: operation?.kind === 'subscription',
    variables,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    },
    over,
  };
}

/** The problems that a stream or a connection ended with. */
function reasons(error: unknown): readonly unknown[] {
  if (Array.isArray(error)) return error;
  if (error instanceof CloseEvent)
    return [{ message: `The connection was closed: ${error.code} ${error.reason}`.trim() }];
  return [{ message: error instanceof Error ? error.message : 'The connection failed.' }];
}
