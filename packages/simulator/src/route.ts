// Finds the handler of a request. Each resource is a table of routes.
import type { Store } from './store';
import type { Call, SimulatorResponse } from './wire';

export type Handler = (store: Store, call: Call) => Promise<SimulatorResponse>;

export interface Route {
  readonly method: 'GET' | 'PATCH' | 'POST';
  /** Where `:id` stands for one part of the path. */
  readonly path: string;
  readonly handle: Handler;
}

export type Router = (
  method: string,
  path: string,
) => { readonly handle: Handler; readonly id: string } | null;

/** Makes a function that finds a route and what stands for its `:id`, or null. */
export function makeRouter(routes: readonly Route[]): Router {
  const compiled = routes.map((route) => ({
    ...route,
    pattern: new RegExp(`^${route.path.replace(':id', '([^/]+)')}$`),
  }));
  return (method, path) => {
    for (const route of compiled) {
      const match = route.method === method ? route.pattern.exec(path) : null;
      if (match) return { handle: route.handle, id: match[1] ?? '' };
    }
    return null;
  };
}
