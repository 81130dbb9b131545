// Reads a whole list through a cursor of the database, in one snapshot, so that an export is what the list was at one
// moment, and a page of it is all that is in memory.
import type pg from 'pg';
import type { Row } from '../db/columns';
import { bePatient } from '../db/limited-client';
import type { ListDeps } from '../intents/list';
import { jsonCredits } from '../kernel/credits';
import { decimalOf, isKnownCurrency } from '../kernel/money';
import { EXPORTS, type ExportFilters, type ExportList, type ExportName } from './lists';
import { Exact, type Value } from './rows';

// Some hundred kB of rows.
const PAGE = 1_000;

// An amount in minor units, such as amountMinor and oursMinor.
const MINOR = /Minor$/;
// Credits fit a JSON number, as in the GraphQL schema.
const CREDITS = /^(credits|settledCredits|balanceAfter)/;
const decimalName = (name: string) => name.replace(MINOR, '');

export interface ListReader {
  readonly columns: readonly string[];
  readonly total: number;
  readonly pages: AsyncIterable<readonly (readonly Value[])[]>;
}

/** Calls `work` with a reader of the list; the snapshot lasts as long as that. */
export async function readList<Name extends ExportName, Result>(
  deps: ListDeps & { readonly pool: pg.Pool },
  name: Name,
  filter: ExportFilters[Name],
  work: (reader: ListReader) => Promise<Result>,
): Promise<Result> {
  const list = EXPORTS[name] as ExportList<ExportFilters[Name]>;
  const { names, sql, parameters } = statementOf(list, deps, filter);
  const client = await deps.pool.connect();
  try {
    bePatient(client);
    await client.query('begin isolation level repeatable read read only');
    // Sorting and counting millions takes longer than anything on the purchase path may, and so does a slow disk.
    await client.query('set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0');
    const counted = await client.query<{ count: bigint }>(
      `select count(*) as count from (${sql}) listed`,
      parameters,
    );
    await client.query(`declare listed no scroll cursor for ${sql}`, parameters);
    const result = await work({
      columns: names.flatMap((name) => (MINOR.test(name) ? [decimalName(name), name] : [name])),
      total: Number(counted.rows[0]?.count ?? 0n),
      pages: pagesOf(client, names),
    });
    await client.query('rollback');
    client.release();
    return result;
  } catch (error) {
    client.release(true);
    throw error;
  }
}

function statementOf<Filter>(list: ExportList<Filter>, deps: ListDeps, filter: Filter) {
  const query = list.where(deps, filter).select([]);
  const names = list.columns.map((column) => {
    const at = column.lastIndexOf(' ');
    const [expression, name] = [column.slice(0, at), column.slice(at + 1)];
    query.addSelect(expression, name);
    return name;
  });
  for (const expression of list.order) query.addOrderBy(expression, 'ASC');
  const [sql, parameters] = query.getQueryAndParameters();
  return { names, sql, parameters };
}

async function* pagesOf(client: pg.ClientBase, names: readonly string[]): AsyncGenerator<Value[][]> {
  for (;;) {
    const { rows } = await client.query<Row>(`fetch ${PAGE} from listed`);
    if (rows.length > 0) yield rows.map((row) => names.flatMap((name) => valuesOf(row, name)));
    if (rows.length < PAGE) return;
  }
}

/** A column's value; an amount comes as a decimal number and in minor units. */
function valuesOf(row: Row, name: string): Value[] {
  const value = (row[name] ?? null) as Value;
  if (CREDITS.test(name) && typeof value === 'bigint') return [jsonCredits(value)];
  if (!MINOR.test(name)) return [value];
  if (value === null) return [null, null];
  const currency = row[name === 'amountMinor' ? 'currency' : `${decimalName(name)}Currency`] as string;
  const amountMinor = value as bigint;
  // A unit that is no currency of ours, CREDIT among them, has no digits after the point.
  return [
    isKnownCurrency(currency) ? new Exact(decimalOf({ amountMinor, currency })) : amountMinor,
    amountMinor,
  ];
}
