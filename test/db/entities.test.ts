// Entities and migrations describe the same tables.

import { ENTITIES } from '../../src/app/database';
import { applicationDataSource } from '../../src/db/data-source';
import { useDatabase } from '../support/pools';

const database = useDatabase();

it('gives every column of an entity the type and nullability that the migrations gave it', async () => {
  const source = await applicationDataSource(database.url, ENTITIES, 1).initialize();
  const { rows } = await database.pool().query(`
    select table_name, column_name, data_type, is_nullable from information_schema.columns where table_schema = 'public'`);
  const stored = new Map(rows.map((row) => [`${row.table_name}.${row.column_name}`, row]));
  const types: Record<string, string> = { timestamptz: 'timestamp with time zone' };
  const differences = source.entityMetadatas.flatMap((entity) =>
    entity.columns.flatMap((column) => {
      const key = `${entity.tableName}.${column.databaseName}`;
      const row = stored.get(key);
      const type = String(column.type);
      if (!row) return [`${key} is not in the database`];
      if (row.data_type !== (types[type] ?? type)) return [`${key}: ${type} here, ${row.data_type} there`];
      if ((row.is_nullable === 'YES') !== column.isNullable)
        return [`${key}: nullable here ${column.isNullable}`];
      return [];
    }),
  );
  await source.destroy();
  expect(differences).toEqual([]);
  expect(source.entityMetadatas.length).toBe(ENTITIES.length);
});
