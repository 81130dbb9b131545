// Sets go to the database as one array of a composite type. Its name, its columns and what they hold of a row are said once,
// by the verb that sends it; the type itself stands beside the verb's function.

export type Column<Row> = (row: Row) => string | bigint | number | boolean | object | null | undefined;

export interface RowType<Row> {
  /** As in `create type`. */
  readonly name: string;
  /** In the order of the type's attributes, by their names. */
  readonly columns: Readonly<Record<string, Column<Row>>>;
}

export interface SetCall<Row> {
  readonly name: string;
  readonly text: string;
  readonly values: (rows: readonly Row[], wait: boolean) => unknown[];
}

/**
 * The statement that calls a set-based function with an array of rows and whether it may wait for locks.
 * @param answer the select list, of what the function answers as `r`.
 */
export function setCall<Row>(functionName: string, answer: string, type: RowType<Row>): SetCall<Row> {
  return {
    name: functionName,
    text: `select ${answer} from ${functionName}($1::${type.name}[], $2) r`,
    values: (rows, wait) => [arrayText(type, rows), wait],
  };
}

/** Rows as PostgreSQL reads an array of the type: `{"(\"ada\",5,)"}`. */
export function arrayText<Row>(type: RowType<Row>, rows: readonly Row[]): string {
  const columns = Object.values(type.columns);
  return `{${rows.map((row) => `"(${columns.map((column) => fieldText(column(row))).join(',')})"`).join(',')}}`;
}

// A field is quoted within its row, and the row within the array: each of both escapes quotes and backslashes. A field of
// which nothing stands between the commas is null.
function fieldText(value: ReturnType<Column<unknown>>): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'bigint' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `\\"${text.replace(/["\\]/g, (special) => (special === '"' ? '\\\\\\"' : '\\\\\\\\'))}\\"`;
}
