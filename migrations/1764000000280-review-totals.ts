import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How many reviews came to which status, counted as they do, so that whoever watches reads a few rows and not all reviews. */
export class ReviewTotals1764000000280 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Only ever added, so that no two reviews wait for each other; who watches for attacks moves them to the totals.
      create table risk_review_steps (
        id bigint generated always as identity primary key,
        status text collate "C" not null
      );
      create table risk_review_totals (
        status text collate "C" primary key,
        reviews bigint not null
      );
      insert into risk_review_totals
      select 'open', count(*) from risk_reviews having count(*) > 0
      union all select status, count(*) from risk_reviews where status <> 'open' group by status;

      create function count_review() returns trigger language plpgsql as $$
      begin
        insert into public.risk_review_steps (status) values (new.status);
        return null;
      end $$;
      create trigger reviews_opened after insert on risk_reviews for each row execute function count_review();
      create trigger reviews_ended after update of status on risk_reviews for each row
        when (new.status <> old.status) execute function count_review();
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop trigger reviews_opened on risk_reviews;
      drop trigger reviews_ended on risk_reviews;
      drop function count_review;
      drop table risk_review_steps, risk_review_totals;
    `);
  }
}
