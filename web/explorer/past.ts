// What was run, newest first; this browser keeps it.
import { createKeptStore } from './store';
import type { Tab } from './tabs';

export interface Past extends Pick<Tab, 'query' | 'variables'> {
  readonly title: string;
}

// As many as one finds something in again.
const KEPT = 30;

const read = (kept: unknown): readonly Past[] =>
  (Array.isArray(kept) ? kept : [])
    .filter((item) => [item?.query, item?.variables, item?.title].every((text) => typeof text === 'string'))
    .slice(0, KEPT);

export const past = createKeptStore('history', read);

export function remember({ query, variables }: Tab, title: string): void {
  const others = past.get().filter((item) => item.query !== query || item.variables !== variables);
  past.set([{ query, variables, title }, ...others].slice(0, KEPT));
}
