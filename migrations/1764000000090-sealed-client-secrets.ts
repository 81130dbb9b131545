import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whoever has a client secret can pay the intent: it is stored sealed. Those from before are taken away, and the provider
 * is asked for them again where somebody may still pay.
 */
export class SealedClientSecrets1764000000090 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      update intents set
        lease_until = case when status = 'pending' and lease_token is null then clock_timestamp() else lease_until end,
        client_secret = null
      where client_secret is not null;
      alter table intents add constraint intents_client_secret_sealed check (client_secret like 'cg1:%');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table intents drop constraint intents_client_secret_sealed');
  }
}
