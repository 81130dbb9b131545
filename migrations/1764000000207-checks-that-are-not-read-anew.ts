import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * PostgreSQL makes a table's checks ready for each statement that inserts, and of a function in SQL it reads the body each time,
 * to see whether it could stand in the place of the call: is_metadata() was read with every posting, hold and intent, whether
 * there was metadata or not. As plpgsql it is read once a connection. What it says is the same.
 */
export class ChecksThatAreNotReadAnew1764000000207 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function is_metadata(p jsonb) returns boolean language plpgsql immutable parallel safe as $$
      begin
        return case when jsonb_typeof(p) = 'object' then
          (select count(*) between 1 and 20
              and bool_and(key ~ '^[A-Za-z0-9_.-]{1,40}$' and jsonb_typeof(value) = 'string' and length(value #>> '{}') <= 500)
            from jsonb_each(p)) and octet_length(p::text) <= 4096
          else false end;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function is_metadata(p jsonb) returns boolean language sql immutable parallel safe as $$
        select case when jsonb_typeof(p) = 'object' then
          (select count(*) between 1 and 20
              and bool_and(key ~ '^[A-Za-z0-9_.-]{1,40}$' and jsonb_typeof(value) = 'string' and length(value #>> '{}') <= 500)
            from jsonb_each(p)) and octet_length(p::text) <= 4096
          else false end
      $$;
    `);
  }
}
