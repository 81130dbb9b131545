import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a caller writes on a purchase for its own books: a reference, and text by key. */
export class CallersMetadata1764000000160 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- The rule of src/kernel/metadata.ts. PostgreSQL writes a blank after each colon and comma, and some characters longer
      -- than JSON must: 2,048 bytes there are at most 4,096 here.
      create function is_metadata(p jsonb) returns boolean language sql immutable parallel safe as $$
        select case when jsonb_typeof(p) = 'object' then
          (select count(*) between 1 and 20
              and bool_and(key ~ '^[A-Za-z0-9_.-]{1,40}$' and jsonb_typeof(value) = 'string' and length(value #>> '{}') <= 500)
            from jsonb_each(p)) and octet_length(p::text) <= 4096
          else false end
      $$;
      alter table intents
        add column reference text check (length(reference) between 1 and 255),
        add column metadata jsonb check (metadata is null or is_metadata(metadata));
      -- Of those alone that have any: a purchase without pays for none.
      create index intents_reference on intents (reference) where reference is not null;
      create index intents_metadata on intents using gin (metadata jsonb_path_ops) where metadata is not null;
      ${WITHOUT_CLAIM}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table intents drop column reference, drop column metadata;
      drop function is_metadata;
      ${WITHOUT_CLAIM}
    `);
  }
}

// Its arguments changed; this version of the code installs its own.
const WITHOUT_CLAIM = `
  do $do$
  declare
    v_name regprocedure;
  begin
    for v_name in select oid::regprocedure from pg_proc
      where pronamespace = 'public'::regnamespace and proname = 'claim_intents'
    loop
      execute 'drop function ' || v_name;
    end loop;
  end $do$;`;
