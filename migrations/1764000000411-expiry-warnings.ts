import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Up to which lot it was told that credits are about to expire, for each time that it is told before. */
export class ExpiryWarnings1764000000411 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table expiry_warnings (
        -- Before they expire.
        days integer primary key,
        -- The last lot that was come to, in the order of expiry.
        expires_at timestamptz not null,
        lot_id bigint not null
      );
      -- What expires sooner than that is not told of late.
      insert into expiry_warnings (days, expires_at, lot_id)
      select days, instant() + make_interval(days => days), 0 from unnest(array[7, 1]) days;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table expiry_warnings');
  }
}
