// Pages of a list by keyset: a cursor says after which row to go on, so that a page costs the same wherever it begins and
// rows that arrive meanwhile shift nothing. Shared by every list; only the columns of the order differ.
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';
import { Problem } from '../kernel/problems';

/** Which part of a list is wanted: the first rows after a place, or the last ones before it. */
export interface PageRequest {
  readonly first?: number | null;
  readonly after?: string | null;
  /** When given it decides: the page is read from the end, and `first` says nothing. */
  readonly last?: number | null;
  readonly before?: string | null;
}

export interface Page<Node> {
  readonly items: readonly { readonly node: Node; readonly cursor: string }[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
}

export interface Ordering {
  /** Stands in the cursor, so that one of another list, order or owner is refused. */
  readonly name: string;
  /** Together unique; all go in one direction, so that one row comparison finds the place in an index. */
  readonly keys: readonly Key[];
  readonly direction: 'asc' | 'desc';
}

export interface Key {
  /** As the query builder knows it, e.g. intent.createdAt. */
  readonly property: string;
  readonly type: keyof typeof KEY_TYPES;
}

const PAGE_SIZE_DEFAULT = 20;
const PAGE_SIZE_MAX = 100;

// A Date has milliseconds where the column has microseconds. The cursor carries what the database says, or the rows of
// one millisecond would be skipped or come twice. Parentheses, because TypeORM takes a bare column for the entity's own
// and the entity would lose it.
const KEY_TYPES = {
  timestamp: {
    select: (column: string) => `(extract(epoch from ${column}) * 1000000)::bigint`,
    bind: (name: string) => `timestamptz 'epoch' + :${name}::bigint * interval '1 microsecond'`,
    pattern: /^-?\d{1,16}$/,
  },
  bigint: {
    select: (column: string) => `(${column})`,
    bind: (name: string) => `:${name}::bigint`,
    pattern: /^-?\d{1,18}$/,
  },
  text: {
    select: (column: string) => `(${column})`,
    bind: (name: string) => `:${name}`,
    pattern: /^[^\0]{1,255}$/s,
  },
};

/**
 * Reads one page in one statement. The query brings the filter; order, place and size come from here.
 * @throws Problem INVALID_INPUT for a size outside 1 to 100, or a cursor that is not one of this list.
 */
export async function readPage<Node extends ObjectLiteral>(
  query: SelectQueryBuilder<Node>,
  ordering: Ordering,
  request: PageRequest,
): Promise<Page<Node>> {
  const isBackward = isGiven(request.last);
  const size = pageSize(request);
  const isAscending = (ordering.direction === 'asc') !== isBackward;
  for (const argument of ['after', 'before'] as const) bindPlace(query, ordering, request, argument);
  ordering.keys.forEach((key, at) => {
    query.addSelect(KEY_TYPES[key.type].select(key.property), `page_key_${at}`);
    query.addOrderBy(key.property, isAscending ? 'ASC' : 'DESC');
  });
  const { entities, raw } = await query.limit(size + 1).getRawAndEntities<Record<string, unknown>>();
  const items = entities.slice(0, size).map((node, row) => ({
    node,
    cursor: cursorAt(
      ordering.name,
      ordering.keys.map((_, at) => String(raw[row]?.[`page_key_${at}`])),
    ),
  }));
  const hasMore = entities.length > size;
  return {
    items: isBackward ? items.reverse() : items,
    hasNextPage: isBackward ? isGiven(request.before) : hasMore,
    hasPreviousPage: isBackward ? hasMore : isGiven(request.after),
  };
}

/** How many rows are wanted. @throws Problem INVALID_INPUT for a size outside 1 to 100. */
export function pageSize(request: PageRequest): number {
  for (const argument of ['first', 'last'] as const) {
    const size = request[argument] ?? 1;
    if (!Number.isInteger(size) || size < 1 || size > PAGE_SIZE_MAX)
      throw new Problem('INVALID_INPUT', `${argument} must be from 1 to ${PAGE_SIZE_MAX}.`, [argument]);
  }
  return request.last ?? request.first ?? PAGE_SIZE_DEFAULT;
}

/** An opaque cursor: the name of the order and the row's place in it. */
export const cursorAt = (name: string, place: readonly string[]): string =>
  Buffer.from(JSON.stringify([name, ...place])).toString('base64url');

/**
 * The place that a cursor names.
 * @throws Problem INVALID_INPUT for text that is no cursor, or one of another list.
 */
export function placeIn(
  cursor: string,
  name: string,
  types: readonly Key['type'][],
  argument: 'after' | 'before',
): readonly string[] {
  const [itsName, ...place] = parse(cursor);
  const fits = place.length === types.length && types.every((type, at) => isPlace(place[at], type));
  // Base 64 can be written in several ways; only what we wrote ourselves is a cursor.
  if (itsName !== name || !fits || cursorAt(name, place as string[]) !== cursor)
    throw new Problem('INVALID_INPUT', `${argument} is not a cursor of this list.`, [argument]);
  return place as string[];
}

const isGiven = (value: unknown): boolean => value !== null && value !== undefined;
const isPlace = (value: unknown, type: Key['type']) =>
  typeof value === 'string' && KEY_TYPES[type].pattern.test(value);

function parse(cursor: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function bindPlace<Node extends ObjectLiteral>(
  query: SelectQueryBuilder<Node>,
  ordering: Ordering,
  request: PageRequest,
  argument: 'after' | 'before',
): void {
  const cursor = request[argument];
  if (cursor === null || cursor === undefined) return;
  const types = ordering.keys.map((key) => key.type);
  const place = placeIn(cursor, ordering.name, types, argument);
  const isGreater = (argument === 'after') === (ordering.direction === 'asc');
  const columns = ordering.keys.map((key) => key.property).join(', ');
  const values = ordering.keys
    .map((key, at) => KEY_TYPES[key.type].bind(`page_${argument}_${at}`))
    .join(', ');
  const parameters = Object.fromEntries(place.map((value, at) => [`page_${argument}_${at}`, value]));
  query.andWhere(`(${columns}) ${isGreater ? '>' : '<'} (${values})`, parameters);
}
