import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Holds what was there before against the table of the providers; others read and write meanwhile. */
export class ProvidersChecked1764000000191 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$
      declare v_unchecked record;
      begin
        for v_unchecked in
          select c.conrelid::regclass as of_table, c.conname from pg_constraint c
          where not c.convalidated
            and (c.confrelid = 'providers'::regclass
              or (c.conrelid = 'entries'::regclass and c.conname = 'entries_account_check'))
          order by 1, 2
        loop
          execute format('alter table %s validate constraint %I', v_unchecked.of_table, v_unchecked.conname);
        end loop;
      end $$;
    `);
  }

  async down(): Promise<void> {
    // What was checked stays so.
  }
}
