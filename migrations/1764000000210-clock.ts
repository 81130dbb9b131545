import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The gateway's clock is the database's and an offset, which only mock mode may have and which only grows. instant() knows it;
 * a transaction reads it once.
 */
export class Clock1764000000210 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table gateway
        add column clock_offset_ms bigint not null default 0,
        add constraint clock_moves_in_mock_mode_only check (
          clock_offset_ms = 0 or (clock_offset_ms > 0 and mode is not distinct from 'mock'));

      create function clock_goes_forward() returns trigger language plpgsql as $$
      begin
        raise check_violation using message = 'The clock never goes back';
      end $$;
      create trigger clock_goes_forward before update of clock_offset_ms on gateway
        for each row when (new.clock_offset_ms < old.clock_offset_ms) execute function clock_goes_forward();

      -- Kept for the rest of the transaction: a default asks for each row.
      create function clock_offset() returns interval language plpgsql volatile as $$
      declare
        v_kept text := current_setting('credits_gateway.clock_offset', true);
      begin
        if coalesce(v_kept, '') = '' then
          v_kept := set_config('credits_gateway.clock_offset',
            (select (clock_offset_ms * interval '1 millisecond')::text from public.gateway), true);
        end if;
        return v_kept::interval;
      end $$;

      create or replace function instant() returns timestamptz language sql volatile as $$
        select coalesce(nullif(current_setting('credits_gateway.instant', true), '')::timestamptz,
          date_trunc('milliseconds', clock_timestamp() + public.clock_offset()))
      $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function instant() returns timestamptz language sql volatile as $$
        select coalesce(nullif(current_setting('credits_gateway.instant', true), '')::timestamptz,
          date_trunc('milliseconds', clock_timestamp()))
      $$;
      drop function clock_offset();
      drop trigger clock_goes_forward on gateway;
      drop function clock_goes_forward();
      alter table gateway drop constraint clock_moves_in_mock_mode_only, drop column clock_offset_ms;
    `);
  }
}
