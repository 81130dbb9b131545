import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What providers said of a fraud, each once, and the review that it led to. */
export class RiskWarnings1764000000256 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table risk_warnings (
        provider text collate "C" not null references providers(name),
        -- Of the warning, the review or the dispute there.
        provider_id text collate "C" not null,
        kind text collate "C" not null check (kind in ('early_fraud_warning', 'provider_review', 'fraud_dispute')),
        intent_id text collate "C" not null,
        user_id text collate "C" not null,
        reason text,
        -- False: there is nothing to be done about it any more.
        is_actionable boolean not null,
        at timestamptz not null,
        -- Null: nothing was done about it.
        review_id text collate "C",
        primary key (provider_id, provider)
      );
      create index risk_warnings_of_user on risk_warnings (user_id);
      create index risk_warnings_of_intent on risk_warnings (intent_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table risk_warnings');
  }
}
