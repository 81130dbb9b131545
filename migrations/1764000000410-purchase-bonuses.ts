import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Credits that a purchase brings beside those that are paid for: what its package says, and what a code gives. A bonus is a grant
 * that names its purchase; one of a package draws on no campaign. Nothing that is there changes: no package has a bonus and no
 * code is for purchases alone, and none is made so while an earlier version runs.
 */
export class PurchaseBonuses1764000000410 implements MigrationInterface {
  readonly indexes = [
    // A purchase brings each kind once.
    `create unique index concurrently credit_grants_of_intent on credit_grants (intent_id, (campaign is null))
       where intent_id is not null`,
  ];

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table packages
        add column bonus_credits bigint,
        add column bonus_expire_after_days integer,
        add constraint packages_bonus check (bonus_credits between 1 and 9007199254740991
          and bonus_expire_after_days between 1 and 3650 and (bonus_credits is not null or bonus_expire_after_days is null));
      alter table intents
        -- As the package said when it was bought.
        add column bonus_credits bigint,
        add column bonus_expire_after_days integer,
        add column promo_code text collate "C",
        add column promo_credits bigint,
        -- What came of the code; null: it is not paid yet.
        add column promo_outcome text collate "C",
        add constraint intents_promo check ((promo_code is null) = (promo_credits is null)
          and (promo_code is not null or promo_outcome is null)
          and promo_outcome in ('redeemed', 'used', 'not_first', 'exhausted', 'ended', 'too_many')) not valid;
      alter table credit_grants
        alter column campaign drop not null,
        add column intent_id text collate "C",
        -- Taken back because money of its purchase went back, and in how many postings that came and went; null: nothing
        -- did. Without a default: an earlier version writes the whole row.
        add column returned_credits bigint,
        add column return_count integer,
        add constraint credit_grants_given_by check (campaign is not null or intent_id is not null) not valid,
        add constraint credit_grants_returned check (returned_credits between 0 and credits
          and (intent_id is not null or return_count is null)) not valid;
      alter table promo_codes
        add column first_purchase_only boolean not null default false,
        add column package_ids text[],
        add constraint promo_codes_packages check (cardinality(package_ids) between 1 and 100);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index credit_grants_of_intent;
      delete from built_indexes where name = 'credit_grants_of_intent';
      alter table promo_codes drop column first_purchase_only, drop column package_ids;
      alter table credit_grants drop constraint credit_grants_given_by, drop constraint credit_grants_returned,
        drop column intent_id, drop column returned_credits, drop column return_count, alter column campaign set not null;
      alter table intents drop constraint intents_promo, drop column bonus_credits, drop column bonus_expire_after_days,
        drop column promo_code, drop column promo_credits, drop column promo_outcome;
      alter table packages drop column bonus_credits, drop column bonus_expire_after_days;
    `);
  }
}
