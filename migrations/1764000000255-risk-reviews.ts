import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Purchases that a person has to look at, and the refunds by which some of them end. */
export class RiskReviews1764000000255 implements MigrationInterface {
  readonly indexes = [
    `create unique index concurrently refunds_of_review on refunds (review_id)
      where review_id is not null and status <> 'failed'`,
  ];

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table risk_reviews (
        id text collate "C" primary key,
        intent_id text collate "C" not null,
        user_id text collate "C" not null,
        reason text collate "C" not null
          check (reason in ('rule', 'warning', 'provider_review', 'dispute_fraud')),
        -- The decision that asked for it; null when a provider did.
        decision_id bigint,
        score integer not null check (score between 0 and 100),
        status text collate "C" not null default 'open'
          check (status in ('open', 'approved', 'rejected', 'expired')),
        opened_at timestamptz not null,
        decided_at timestamptz,
        -- A person, or system or provider.
        decided_by text collate "C",
        note text,
        constraint risk_reviews_decided check ((status = 'open') = (decided_at is null)
          and (decided_at is null) = (decided_by is null))
      );
      create unique index risk_reviews_open on risk_reviews (intent_id) where status = 'open';
      create index risk_reviews_due on risk_reviews (opened_at) where status = 'open';
      create index risk_reviews_listed on risk_reviews (opened_at desc, id desc);
      create index risk_reviews_of_intent on risk_reviews (intent_id, opened_at);
      create index risk_reviews_of_user on risk_reviews (user_id);

      alter table refunds add column review_id text collate "C";
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table refunds drop column review_id; drop table risk_reviews');
  }
}
