import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Money that bought nothing goes back by policy: one refund for each such payment, leased like all work at a provider. */
export class Recovery1764000000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table refunds
        add column lease_until timestamptz,
        add column lease_token text,
        add column tries integer not null default 0,
        add column last_error text;
      create unique index refunds_policy on refunds (provider_payment_id, provider) where requested_by = 'policy';
      create index refunds_leased on refunds (lease_until) where lease_until is not null;
      create index intent_payments_unapplied on intent_payments (seen_at)
        where booked_as = 'unapplied' and amount_refunded_minor = 0;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index intent_payments_unapplied; drop index refunds_leased; drop index refunds_policy;
      alter table refunds drop column last_error, drop column tries, drop column lease_token, drop column lease_until;
    `);
  }
}
