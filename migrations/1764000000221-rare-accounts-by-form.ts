import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The index by which the operators' list of postings is narrowed to an account leaves out every clearing account by its name's form,
 * where it had those of two providers: postings of a further one stood in it for nothing. The form is said as a range, which the
 * planner holds against an account that is written out; a pattern it could not.
 */
export class RareAccountsByForm1764000000221 implements MigrationInterface {
  // Until it is built the list is found by walking, as that of a clearing account is.
  readonly indexes = [
    `create index concurrently entries_by_rare_account on entries (account, journal_id)
     where (account < 'clearing_' or account >= 'clearing\`')
       and account not in ('deferred_revenue', 'revenue', 'wallet', 'credits_issued', 'credits_spent')`,
  ];

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop index entries_rare_accounts');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index entries_by_rare_account;
      create index entries_rare_accounts on entries (account, journal_id) where account not in ('clearing_stripe',
        'clearing_razorpay', 'deferred_revenue', 'revenue', 'wallet', 'credits_issued', 'credits_spent');
    `);
  }
}
