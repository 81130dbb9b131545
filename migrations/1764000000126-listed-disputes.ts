import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Disputes as a run over a provider finds them: what is frozen or taken here is held against them, moved money or not. */
export class ListedDisputes1764000000126 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table listed_disputes (
        dispute_id text collate "C" not null,
        provider text collate "C" not null check (provider in ('stripe', 'razorpay')),
        payment_id text collate "C" not null,
        provider_intent_id text collate "C",
        status text collate "C" not null,
        amount_minor bigint not null,
        currency text collate "C" not null,
        -- What the provider has taken for it and not given back, in the dispute's currency, without its fee.
        withdrawn_minor bigint not null,
        -- The last run that read it.
        run_id text collate "C" not null,
        primary key (dispute_id, provider)
      );
      create index listed_disputes_run on listed_disputes (run_id, dispute_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table listed_disputes');
  }
}
