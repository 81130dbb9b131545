// HTTP as the stand-in sees it: a request taken apart once, answers put together in one way.

export interface SimulatorRequest {
  readonly method: string;
  /** With the query string. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a multipart form one character for each byte. */
  readonly body: string;
}

export interface SimulatorResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a form, a query or a JSON body says. A form's leaves are all text. */
export type Parameters = { readonly [name: string]: unknown };

/** A request whose encoding depends on the provider and is not read yet. */
export interface ReceivedCall {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A request on its way to a handler. */
export interface Call {
  readonly method: string;
  /** Without the query string. */
  readonly path: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** What stands in the path for the route's `:id`. */
  readonly id: string;
  readonly parameters: Parameters;
}

/** An answer with a JSON body. */
export function jsonResponse(
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): SimulatorResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** A response that ends the handling of a request: thrown where going on makes no sense, answered by `handle`. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(readonly response: SimulatorResponse) {
    super(`The simulated provider refused the request with ${response.status}`);
  }
}

// Deeper nesting than any parameter of the two providers, and short of what would cost a stack.
const DEPTH_MAX = 5;

/**
 * Reads a form or a query: `a[b][c]=1` nests, `a[]=1` and `a[0]=1` make lists.
 * Objects have no prototype, so that no name is special.
 */
export function parseForm(text: string): Parameters {
  const root = emptyLevel();
  for (const [name, value] of new URLSearchParams(text)) {
    const at = name.indexOf('[');
    const head = at === -1 ? name : name.slice(0, at);
    const path = [
      head,
      ...[...name.slice(head.length).matchAll(/\[([^\]]*)\]/g)].map((part) => part[1] ?? ''),
    ];
    let level = root;
    for (const part of path.slice(0, Math.min(path.length, DEPTH_MAX) - 1)) {
      const next = level[slot(level, part)];
      if (typeof next === 'object' && next !== null) level = next as Level;
      else level = level[slot(level, part)] = emptyLevel();
    }
    level[slot(level, path.at(-1) ?? '')] = value;
  }
  return withLists(root) as Parameters;
}

type Level = Record<string, unknown>;
const emptyLevel = (): Level => Object.create(null) as Level;

// `a[]` means the next free place of the list.
const slot = (level: Level, part: string) => (part === '' ? String(Object.keys(level).length) : part);

// Only numbers from 0 on as names: it was a list.
function withLists(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const isList = entries.length > 0 && entries.every(([name], index) => name === String(index));
  if (isList) return entries.map(([, item]) => withLists(item));
  const level = emptyLevel();
  for (const [name, item] of entries) level[name] = withLists(item);
  return level;
}
