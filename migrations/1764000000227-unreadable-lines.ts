import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lines of the providers' books that could not be read: read again by each run, until they can be or are gone. */
export class UnreadableLines1764000000227 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table unreadable_lines (
        provider text collate "C" not null references providers(name),
        -- As the line names itself, or the time of the slice in which one is that does not.
        line text collate "C" not null check (length(line) between 1 and 300),
        -- What moved, where the line says so.
        key text collate "C",
        payout_id text collate "C",
        -- The slice that lists it, in seconds since 1970; null for what was listed by its payout alone.
        listed_from bigint,
        listed_to bigint check ((listed_to is null) = (listed_from is null) and listed_to > listed_from),
        reason text not null,
        -- The run that found it last.
        run_id text collate "C" not null,
        seen_at timestamptz not null default instant(),
        primary key (provider, line)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table unreadable_lines');
  }
}
