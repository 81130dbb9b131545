import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What an operator writes for colleagues and what the user is told are two texts. Those from before were written without
 * knowing who would read them: they stay where only operators look.
 */
export class PublicReasons1764000000141 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table journal add column public_reason text;
      alter table refunds add column public_reason text;
      ${WITHOUT_FUNCTIONS}
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table journal drop column public_reason;
      alter table refunds drop column public_reason;
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
      where pronamespace = 'public'::regnamespace and proname in ('adjust_credits', 'request_refund')
    loop
      execute 'drop function ' || v_name;
    end loop;
  end $do$;`;
