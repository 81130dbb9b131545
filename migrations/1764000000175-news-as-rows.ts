import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Claims and news go in as one array of rows, no more as an array for each column. */
export class NewsAsRows1764000000175 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(without('settle', 'claim_intents', 'find_claimed'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      without(
        'settle_news',
        'settle_refunds',
        'settle_payments',
        'lock_news',
        'claim_intents',
        'find_claimed',
      ),
    );
  }
}

// Their arguments changed; each version of the code installs its own.
const without = (...names: string[]): string => `
  do $do$
  declare
    v_name regprocedure;
  begin
    for v_name in select oid::regprocedure from pg_proc
      where pronamespace = 'public'::regnamespace and proname in (${names.map((name) => `'${name}'`).join(', ')})
    loop
      execute 'drop function ' || v_name;
    end loop;
  end $do$;`;
