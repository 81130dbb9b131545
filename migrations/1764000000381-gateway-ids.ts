import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a gateway calls itself on each object that it makes at a provider: others may sell by the same account. */
export class GatewayIds1764000000381 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table gateway add column gateway_id text collate "C" not null
        -- 64 bits of chance: nobody else on an account is called so.
        default 'gw_' || left(encode(sha256(uuid_send(gen_random_uuid())), 'hex'), 16)
        check (gateway_id ~ '^[A-Za-z0-9_-]{1,40}$');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table gateway drop column gateway_id');
  }
}
