import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A second format of seals: it covers every column of what it seals, and texts that say something of a person by a salted
 * hash, so that they can be emptied. What was sealed before stays in the first. See docs/decisions/0019.
 */
export class SecondSealFormat1764000000135 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table seals
        add column format smallint not null default 1,
        -- The columns of the posting that are covered by their hash alone.
        add column hidden text[],
        add column hidden_hash bytea check (length(hidden_hash) = 32),
        -- Goes when those columns are emptied; then the hash says nothing of what they held.
        add column salt bytea check (length(salt) = 32);
      alter table seals add constraint seals_format check (
        case format when 1 then hidden is null else hidden is not null and (hidden = '{}') = (hidden_hash is null) end);
      alter table seals alter column format drop default;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    // What was sealed in the second format cannot be read in the first.
    await runner.query(`
      alter table seals drop column format, drop column hidden, drop column hidden_hash, drop column salt;
    `);
  }
}
