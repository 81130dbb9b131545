import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Campaigns whose grants are all taken back, by work in the background. */
export class RevokedCampaigns1764000000343 implements MigrationInterface {
  readonly indexes = [
    `create index concurrently credit_grants_to_revoke on credit_grants (campaign, id) where revoked_at is null`,
    `create index concurrently campaigns_to_revoke on campaigns (key)
       where revoking_since is not null and revoked_at is null`,
  ];

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table campaigns
        add column revoking_since timestamptz,
        add column revoked_by text collate "C",
        add column revoke_reason text,
        -- When nothing was left to be taken back.
        add column revoked_at timestamptz,
        add constraint campaigns_revoked check ((revoking_since is null) = (revoked_by is null)
          and (revoking_since is null) = (revoke_reason is null) and (revoking_since is not null or revoked_at is null));
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index credit_grants_to_revoke;
      drop index campaigns_to_revoke;
      delete from built_indexes where name in ('credit_grants_to_revoke', 'campaigns_to_revoke');
      alter table campaigns drop column revoking_since, drop column revoked_by, drop column revoke_reason,
        drop column revoked_at;
    `);
  }
}
