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

/** The properties of an entity that are columns. */
export type Property<Entity> = Extract<keyof Entity, string>;

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
    name: prefix + nameOf(column),
    from: fromOf(column) ?? ((value: unknown) => value),
  }));
  return (row) => {
    const made = new entity() as Record<string, unknown>;
    for (const column of columns) made[column.property] = column.from(row[column.name]);
    return made as Entity;
  };
}

/**
 * The same from a row that is an array, as `selectList` has its columns.
 * @param only the properties that are read, the others are left out; null: all
 * @param from where the first one stands in the row
 */
export function rowReader<Entity extends object>(
  entity: EntityClass<Entity>,
  only: readonly Property<Entity>[] | null,
  from: number,
): (row: readonly unknown[]) => Entity {
  const columns = columnsOf(entity, only).map((column) => [column.propertyName, fromOf(column)] as const);
  return (row) => {
    const made = new entity() as Record<string, unknown>;
    let at = from;
    for (const [property, transform] of columns) {
      const value = row[at++];
      made[property] = transform ? transform(value) : value;
    }
    return made as Entity;
  };
}

/**
 * The columns that `rowMapper` reads, for the list of a select, e.g. `w.user_id, w.balance`. A statement that keeps its
 * name names its columns too: with a star, a column that a migration adds would change what it answers, and PostgreSQL
 * refuses such a plan.
 * @param only of these properties alone; null: of all
 */
export const selectList = <Entity extends object>(
  entity: EntityClass<Entity>,
  alias: string,
  prefix = '',
  only: readonly Property<Entity>[] | null = null,
): string =>
  columnsOf(entity, only)
    .map(nameOf)
    .map((name) => (prefix ? `${alias}.${name} as ${prefix}${name}` : `${alias}.${name}`))
    .join(', ');

/** Whether the property is a column of the entity. */
export const isColumn = <Entity extends object>(
  entity: EntityClass<Entity>,
  property: string,
): property is Property<Entity> => columnsOf(entity).some(({ propertyName }) => propertyName === property);

type ColumnArgs = ReturnType<typeof columnsOf>[number];

const nameOf = ({ options, propertyName }: ColumnArgs): string => options.name ?? propertyName;

const fromOf = ({ options }: ColumnArgs): ValueTransformer['from'] | undefined =>
  (options.transformer as ValueTransformer | undefined)?.from;

function columnsOf<Entity extends object>(
  entity: EntityClass<Entity>,
  only: readonly Property<Entity>[] | null = null,
) {
  const columns = getMetadataArgsStorage().filterColumns(entity);
  invariant(columns.length > 0, `${entity.name} has no columns`);
  if (!only) return columns;
  const chosen = columns.filter(({ propertyName }) => (only as readonly string[]).includes(propertyName));
  invariant(chosen.length === only.length, `${entity.name} has no column for one of ${only.join(', ')}`);
  return chosen;
}
