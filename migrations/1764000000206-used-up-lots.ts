import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Says of lots from before that they are used up, in a transaction of its own, so that nobody waits for it but who gives
 * credits back to one of them. Then the indexes of the others take the place of those that asked what remains.
 */
export class UsedUpLots1764000000206 implements MigrationInterface {
  readonly indexes = [
    'create index concurrently lots_to_spend on lots (user_id, expires_at, id) where not used_up',
    'create index concurrently lots_to_expire on lots (expires_at) where not used_up and expires_at is not null',
  ];

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('update lots set used_up = true where remaining = 0');
    await runner.query('drop index lots_spend_order, lots_due');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index lots_to_spend, lots_to_expire;
      delete from built_indexes where name in ('lots_to_spend', 'lots_to_expire');
      create index lots_spend_order on lots (user_id, expires_at, id) where remaining > 0;
      create index lots_due on lots (expires_at) where remaining > 0 and expires_at is not null;
    `);
  }
}
