import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What operators look for among decisions: those that say anything, newest first. Of all others there is no list. */
export class RiskDecisionsRead1764000000237 implements MigrationInterface {
  readonly indexes = [
    `create index concurrently risk_decisions_strict on risk_decisions (id desc)
      where decision in ('challenge', 'review', 'block')`,
  ];

  async up(): Promise<void> {}

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index risk_decisions_strict;
      delete from built_indexes where name = 'risk_decisions_strict';
    `);
  }
}
