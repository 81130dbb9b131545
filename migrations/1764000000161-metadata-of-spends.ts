import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What callers write on spends, holds and adjustments. Nullable and without a default, as seals demand of a new column; a
 * posting has a reference of its own already, so the caller's is called by whose it is.
 */
export class MetadataOfSpends1764000000161 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table journal
        add column caller_reference text check (length(caller_reference) between 1 and 255),
        add column metadata jsonb check (metadata is null or is_metadata(metadata));
      alter table holds
        add column reference text check (length(reference) between 1 and 255),
        add column metadata jsonb check (metadata is null or is_metadata(metadata));
      -- Of those alone that have any. A list is one user's but for exports, so that pairs need no index.
      create index journal_caller_reference on journal (caller_reference) where caller_reference is not null;
      ${WITHOUT_FUNCTIONS}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table journal drop column caller_reference, drop column metadata;
      alter table holds drop column reference, drop column metadata;
      ${WITHOUT_FUNCTIONS}
    `);
  }
}

// Their arguments changed; this version of the code installs its own.
const WITHOUT_FUNCTIONS = `
  do $do$
  declare
    v_name regprocedure;
  begin
    for v_name in select oid::regprocedure from pg_proc
      where pronamespace = 'public'::regnamespace and proname in ('spend_credits', 'hold_credits', 'adjust_credits')
    loop
      execute 'drop function ' || v_name;
    end loop;
  end $do$;`;
