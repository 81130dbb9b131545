// How long a list is, counted only as far as a person reads: a table that grows is never counted to its end.
import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** Nobody pages through more by hand, and reading so many entries of an index takes some milliseconds. */
export const COUNT_MAX = 10_000;

/** How many rows a query finds; COUNT_MAX stands for that many or more. Its order and its columns do not matter. */
export async function countRows<Row extends ObjectLiteral>(query: SelectQueryBuilder<Row>): Promise<number> {
  const { text, values } = countOf(query);
  const [counted] = await query.connection.query<{ count: number }[]>(text, values);
  return counted?.count ?? 0;
}

/** The statement by which countRows counts. */
export function countOf<Row extends ObjectLiteral>(
  query: SelectQueryBuilder<Row>,
): { readonly text: string; readonly values: unknown[] } {
  const found = query.clone().select('1', 'one').orderBy().limit(COUNT_MAX);
  const [text, values] = found.getQueryAndParameters();
  return { text: `select count(*)::integer as count from (${text}) found`, values };
}
