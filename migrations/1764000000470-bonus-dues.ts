import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What of bonuses belongs to money that went back and was not free to be taken: on hold, or spent. */
export class BonusDues1764000000470 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table bonus_dues (
        user_id text collate "C" not null,
        grant_id text collate "C" not null references credit_grants (id),
        credits bigint not null check (credits > 0),
        -- Of the grant, when this was written: a version that knows nothing of it moves the bonus alone.
        return_count integer not null,
        primary key (user_id, grant_id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table bonus_dues');
  }
}
