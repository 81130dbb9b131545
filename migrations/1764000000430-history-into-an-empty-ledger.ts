import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The clock of mock mode may stand in the past while nothing has been bought or booked, so that a history is made in the order of
 * time; from the first purchase on it only goes forward, as before.
 */
export class HistoryIntoAnEmptyLedger1764000000430 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table gateway drop constraint clock_moves_in_mock_mode_only,
        add constraint clock_moves_in_mock_mode_only check (clock_offset_ms = 0 or mode is not distinct from 'mock');

      create or replace function clock_goes_forward() returns trigger language plpgsql as $$
      begin
        if exists (select from public.intents) or exists (select from public.journal) then
          raise check_violation using message = 'The clock never goes back';
        end if;
        return new;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create or replace function clock_goes_forward() returns trigger language plpgsql as $$
      begin
        raise check_violation using message = 'The clock never goes back';
      end $$;

      alter table gateway drop constraint clock_moves_in_mock_mode_only,
        add constraint clock_moves_in_mock_mode_only
          check (clock_offset_ms = 0 or clock_offset_ms > 0 and mode is not distinct from 'mock');
    `);
  }
}
