import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Instants of milliseconds, cut off at their source. The functions are those of src/db/instant.sql, which is installed at
 * every start and sees to the defaults of tables that come later.
 */
export class Instants1764000000136 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function instant() returns timestamptz language sql volatile as $$
        select coalesce(nullif(current_setting('credits_gateway.instant', true), '')::timestamptz,
          date_trunc('milliseconds', clock_timestamp()))
      $$;
    `);
    await runner.query(defaultsFrom(`'clock_timestamp()', 'now()'`, 'instant()'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(defaultsFrom(`'instant()'`, 'clock_timestamp()'));
    await runner.query('drop function instant()');
  }
}

const defaultsFrom = (from: string, to: string) => `
  do $$
  declare
    v_column record;
  begin
    for v_column in
      select d.adrelid::regclass as in_table, a.attname
      from pg_attrdef d
      join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
      join pg_class c on c.oid = d.adrelid and c.relnamespace = 'public'::regnamespace
      where pg_get_expr(d.adbin, d.adrelid) in (${from})
    loop
      execute format('alter table %s alter column %I set default ${to}', v_column.in_table, v_column.attname);
    end loop;
  end $$`;
