// How rows become objects. Lists go through TypeORM; the purchase path maps its own rows by the same column
// definitions, so that a column is described once.
import { getMetadataArgsStorage, type ValueTransformer } from 'typeorm';
import { invariant } from '../kernel/invariant';

/** bigint columns are bigint in code: a number would lose what lies above 2^53. */
export const bigintColumn: ValueTransformer = {
  to: (value: bigint | null | undefined) => value?.toString() ?? value,
  from: (value: string | bigint | null) => (value === null ? null : BigInt(value)),
};

/** A bigint column whose numbers are ids: kept as text, never counted with. */
export const numberColumn: ValueTransformer = {
  to: (value: string | null | undefined) => value,
  from: (value: string | bigint | null) => (value === null ? null : value.toString()),
};

export type Row = Record<string, unknown>;
type EntityClass<Entity> = new () => Entity;

/**
 * A function that makes an entity from a row whose columns carry the database's names.
 * @param prefix stands before each, where the row has more than one entity; as in `selectList`
 */
export function rowMapper<Entity extends object>(
  entity: EntityClass<Entity>,
  prefix = '',
): (row: Row) => Entity {
  const columns = columnsOf(entity).map((column) => ({
    property: column.propertyName,
    name: prefix + (column.options.name ?? column.propertyName),
    from: (column.options.transformer as ValueTransformer | undefined)?.from ?? ((value: unknown) => value),
  }));
  return (row) => {
    const made = new entity() as Record<string, unknown>;
    for (const column of columns) made[column.property] = column.from(row[column.name]);
    return made as Entity;
  };
}

/**
 * The columns that `rowMapper` reads, for the list of a select, e.g. `w.user_id, w.balance`. A statement that keeps its
 * name names its columns too: with a star, a column that a migration adds would change what it answers, and PostgreSQL
 * refuses such a plan.
 */
export const selectList = <Entity extends object>(
  entity: EntityClass<Entity>,
  alias: string,
  prefix = '',
): string =>
  columnsOf(entity)
    .map((column) => column.options.name ?? column.propertyName)
    .map((name) => (prefix ? `${alias}.${name} as ${prefix}${name}` : `${alias}.${name}`))
    .join(', ');

function columnsOf<Entity extends object>(entity: EntityClass<Entity>) {
  const columns = getMetadataArgsStorage().filterColumns(entity);
  invariant(columns.length > 0, `${entity.name} has no columns`);
  return columns;
}
