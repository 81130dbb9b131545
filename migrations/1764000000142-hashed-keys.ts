import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Of a client's key a keyed hash is kept where a repeat looks for it, so that the text can go with its user and the repeat
 * still finds what was done. The hash's key never changes: another one would make every repeat a new call.
 */
export class HashedKeys1764000000142 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Each brings 122 random bits.
      alter table gateway add column key_secret bytea not null
        default sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())) check (length(key_secret) = 32);
      -- As hashed_key() does.
      update idempotency_keys k set key = encode(sha256(g.key_secret || sha256(g.key_secret
        || convert_to(k.user_id || E'\\n' || k.key, 'UTF8'))), 'hex')
      from gateway g;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    // What a key was cannot be told any more.
    await runner.query('alter table gateway drop column key_secret');
  }
}
