import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who runs on this database, with which functions; the schemas of functions that were installed; and the migrations beside
 * which not every earlier version can run. By the clock of the machine, which no test moves: a process lives or it does not.
 */
export class Processes1764000000186 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table processes (
        id text collate "C" primary key,
        version text not null,
        code_schema text collate "C" not null,
        -- The number of the newest migration that it knows.
        newest_migration bigint not null,
        role text collate "C" not null,
        host text not null,
        pid integer not null,
        started_at timestamptz not null,
        beat_at timestamptz not null
      );
      create table code_schemas (
        name text collate "C" primary key,
        installed_at timestamptz not null
      );
      insert into code_schemas (name, installed_at)
      select nspname, date_trunc('milliseconds', clock_timestamp()) from pg_namespace where nspname ~ '^code_[0-9a-f]+$';
      create table contracts (
        migration text collate "C" primary key,
        -- Versions whose newest migration is this one or a later one can run beside it.
        runs_beside bigint not null
      );

      -- With the rights of the owner, who alone may drop a schema. Nobody starts meanwhile: see LOCK in src/db/prepare.ts.
      create function drop_unused_code() returns integer language plpgsql security definer
      set search_path = public, pg_temp as $$
      declare
        v_name text;
        v_count integer := 0;
      begin
        if not pg_try_advisory_xact_lock(4000001) then return 0; end if;
        delete from processes where beat_at < clock_timestamp() - interval '1 day';
        for v_name in
          delete from code_schemas s
          where s.installed_at < clock_timestamp() - interval '1 day'
            and not exists (select 1 from processes p where p.code_schema = s.name)
          returning s.name
        loop
          execute format('drop schema if exists %I cascade', v_name);
          v_count := v_count + 1;
        end loop;
        return v_count;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop function drop_unused_code();
      drop table contracts; drop table code_schemas; drop table processes;
    `);
  }
}
