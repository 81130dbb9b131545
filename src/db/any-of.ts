import type { ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/**
 * Narrows a query to rows whose property, e.g. `intent.status`, is one of the values. One value is compared by itself: only
 * then does PostgreSQL see that an index which begins with the column goes on in the order of the list.
 */
export function anyOf<Node extends ObjectLiteral>(
  query: SelectQueryBuilder<Node>,
  property: string,
  values: readonly unknown[],
): void {
  const name = `any_${property.replace('.', '_')}`;
  const [only] = values;
  if (values.length === 1) query.andWhere(`${property} = :${name}`, { [name]: only });
  else query.andWhere(`${property} = any(:${name})`, { [name]: values });
}
