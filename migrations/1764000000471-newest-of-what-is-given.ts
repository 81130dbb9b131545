import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The newest grants and codes are read by an index, of all campaigns and of one. */
export class NewestOfWhatIsGiven1764000000471 implements MigrationInterface {
  readonly indexes = [
    'create index concurrently credit_grants_newest on credit_grants (created_at desc, id desc)',
    'create index concurrently promo_codes_newest on promo_codes (created_at desc, code)',
    'create index concurrently promo_codes_of_campaign on promo_codes (campaign, created_at desc, code)',
  ];

  async up(): Promise<void> {}

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index credit_grants_newest, promo_codes_newest, promo_codes_of_campaign');
    await runner.query(`delete from built_indexes
      where name in ('credit_grants_newest', 'promo_codes_newest', 'promo_codes_of_campaign')`);
  }
}
