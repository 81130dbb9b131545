import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a member spent of a wallet, and what was spent with an API key. */
export class SpendersFound1764000000401 implements MigrationInterface {
  readonly indexes = [
    `create index concurrently spenders_member on spenders (user_id, member_id, journal_id) where member_id is not null`,
    `create index concurrently spenders_api_key on spenders (user_id, api_key_id, journal_id) where api_key_id is not null`,
  ];

  async up(): Promise<void> {}

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index spenders_member, spenders_api_key;
      delete from built_indexes where name in ('spenders_member', 'spenders_api_key');
    `);
  }
}
