import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The scope of an idempotency key is the owner of the money, the operation, the kind of caller and the key: what a user
 * guesses never meets what a back end uses. Keys from before say nothing about who used them, so that they hold for all
 * kinds, as they did then: nobody can make one of those any more, and a late repeat still does nothing twice.
 */
export class KeysByKindOfCaller1764000000140 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table idempotency_keys add column caller_kind text collate "C" not null default 'any'
        check (caller_kind in ('user', 'service', 'support', 'any'));
      alter table idempotency_keys alter column caller_kind drop default;
      -- Operators alone adjust and refund.
      update idempotency_keys set caller_kind = 'support' where operation in ('adjust', 'refund');
      alter table idempotency_keys drop constraint idempotency_keys_pkey;
      alter table idempotency_keys add primary key (user_id, operation, key, caller_kind);

      -- An intent is made by its user, or by a back end for its user.
      drop index intents_user_key;
      create unique index intents_user_key on intents (user_id, idempotency_key, (created_by = user_id));

      drop function if exists spend_credits(text[], integer[], text[], text[], text[], text[], boolean);
      drop function if exists find_claimed(text[], text[], text[], text[], text[], bigint[]);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table idempotency_keys drop constraint idempotency_keys_pkey, drop column caller_kind;
      alter table idempotency_keys add primary key (user_id, operation, key);
      drop index intents_user_key;
      create unique index intents_user_key on intents (user_id, idempotency_key);
      drop function if exists spend_credits(text[], integer[], text[], text[], text[], text[], text[], boolean);
      drop function if exists find_claimed(text[], text[], text[], text[], text[], text[], bigint[]);
    `);
  }
}
