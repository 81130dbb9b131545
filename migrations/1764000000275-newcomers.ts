import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When accounts that had been made just before bought for the first time: by device, by card, in a network. */
export class Newcomers1764000000275 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table risk_counters add newcomers_at timestamptz[]');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table risk_counters drop newcomers_at');
  }
}
