import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Operators find a shared wallet by how its name begins, in whatever case. */
export class WalletsByName1764000000500 implements MigrationInterface {
  readonly indexes = [
    'create index concurrently shared_wallets_called on shared_wallets (lower(name) text_pattern_ops, id)',
  ];

  async up(): Promise<void> {}

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index shared_wallets_called');
    await runner.query("delete from built_indexes where name = 'shared_wallets_called'");
  }
}
