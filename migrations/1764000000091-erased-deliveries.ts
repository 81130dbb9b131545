import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A delivery whose body was erased with its user has nothing left to send, and is never put in the queue again. */
export class ErasedDeliveries1764000000091 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table deliveries add constraint deliveries_erased_are_done
        check (due_at is null or body <> '{"erased":true}');
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table deliveries drop constraint deliveries_erased_are_done');
  }
}
