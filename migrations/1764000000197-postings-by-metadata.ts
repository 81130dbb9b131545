import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finance finds postings of all users by their metadata: only those that have any are in the index. */
export class PostingsByMetadata1764000000197 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'create index journal_metadata on journal using gin (metadata jsonb_path_ops) where metadata is not null',
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index journal_metadata');
  }
}
