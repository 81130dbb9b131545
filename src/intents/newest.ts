// A user's own list, newest first and from its beginning or after a row: what an application shows again and again. Lists with
// filters and other orders go through TypeORM (list.ts); this one has a known shape, so that it is prepared, pages that are
// asked for at the same time share a statement, and only the columns that are shown are read. The entity owns the columns.
import type pg from 'pg';
import { type Property, rowReader, selectList } from '../db/columns';
import type { Page } from '../db/page';
import { type Batch, batch, READS_BESIDE_MIN } from '../kernel/batch';
import { Intent } from '../payments/intent.entity';

export interface NewestRequest {
  readonly userId: string;
  /** From 1 to 100. */
  readonly size: number;
  /** The row after which to go on, as a cursor has it: microseconds since 1970, and its id. Null: from the newest. */
  readonly after: readonly [micros: string, id: string] | null;
  /** The properties to read; null: all that a select reads. */
  readonly only: readonly Property<Intent>[] | null;
}

/** The page, without what `cursorOf` makes of a row's place. */
export type ReadNewest = (
  request: NewestRequest,
  cursorOf: (micros: string, id: string) => string,
) => Promise<Page<Intent>>;

// A statement stays prepared on each connection as long as that lives. An application asks for a few sets of fields; a
// caller who tries all of them is shown the same from whole rows.
const STATEMENTS_MAX = 30;

/** Makes the function that reads pages; those that are asked for at the same time share a statement. */
export function createReadNewest(pool: pg.Pool): ReadNewest {
  const statements = new Map<string, Batch<NewestRequest, Found[]>>();

  function statementFor(only: NewestRequest['only']): Batch<NewestRequest, Found[]> {
    const key = only ? [...only].sort().join() : '';
    let found = statements.get(key);
    if (!found) {
      if (key !== '' && statements.size >= STATEMENTS_MAX) return statementFor(null);
      found = statement(pool, `intents_newest_${statements.size}`, only);
      statements.set(key, found);
    }
    return found;
  }

  return async (request, cursorOf) => {
    const { size, after, only } = request;
    const found = await statementFor(only)(request);
    return {
      items: found
        .slice(0, size)
        .map(({ intent, micros }) => ({ node: intent, cursor: cursorOf(micros, intent.id) })),
      hasNextPage: found.length > size,
      hasPreviousPage: after !== null,
    };
  };
}

interface Found {
  readonly intent: Intent;
  /** When it was made, as the database knows it. */
  readonly micros: string;
}

function statement(pool: pg.Pool, name: string, only: NewestRequest['only']): Batch<NewestRequest, Found[]> {
  const properties = only && [...new Set<Property<Intent>>(['id', ...only])];
  const read = rowReader(Intent, properties, 2);
  // Made once for each row that is shown. In the order of the index by user, up to one more than the page has.
  const text = `
    select p.ord::integer, i.micros, ${selectList(Intent, 'i', '', properties)}
    from unnest($1::text[], $2::bigint[], $3::text[], $4::integer[]) with ordinality p (user_id, after_micros, after_id, rows, ord)
    cross join lateral (
      select ${selectList(Intent, 'n', '', properties)}, n.created_at as at,
        (extract(epoch from n.created_at) * 1000000)::bigint::text as micros
      from intents n
      where n.user_id = p.user_id
        and (n.created_at, n.id) < (
          coalesce(timestamptz 'epoch' + p.after_micros * interval '1 microsecond', 'infinity'), coalesce(p.after_id, ''))
      order by n.created_at desc, n.id desc
      limit p.rows
    ) i
    order by p.ord, i.at desc, i.id desc`;
  return batch({
    besideMin: READS_BESIDE_MIN,
    send: async (requests) => {
      const values = [
        requests.map(({ userId }) => userId),
        requests.map(({ after }) => after?.[0] ?? null),
        requests.map(({ after }) => after?.[1] ?? null),
        requests.map(({ size }) => size + 1),
      ];
      const { rows } = await pool.query<unknown[]>({ name, text, values, rowMode: 'array' });
      const pages: Found[][] = requests.map(() => []);
      for (const row of rows)
        pages[(row[0] as number) - 1]?.push({ intent: read(row), micros: row[1] as string });
      return pages;
    },
  });
}
