import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By which secrets this database was last written, so that a start with others is refused before it writes. */
export class SecretChecks1764000000295 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table secret_checks (
        setting text collate "C" primary key,
        -- A keyed hash of a constant: it says whether a secret is the one, and nothing else of it.
        value text collate "C" not null,
        since timestamptz not null
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table secret_checks');
  }
}
