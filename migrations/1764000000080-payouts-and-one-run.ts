import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Payouts as a provider lists them; one run over a provider at a time; a run for what is seen outside of runs; breaks
 * that a second person has to agree to.
 */
export class PayoutsAndOneRun1764000000080 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Beside the movement in its books that a payout is: by this one is noticed whose movement is missing.
      create table listed_payouts (
        payout_id text collate "C" not null,
        provider text collate "C" not null check (provider in ('stripe', 'razorpay')),
        -- What it says went to the bank.
        amount_minor bigint not null,
        currency text collate "C" not null,
        created_at timestamptz not null,
        -- The last run in whose window it was.
        run_id text collate "C" not null,
        primary key (payout_id, provider)
      );
      create index listed_payouts_run on listed_payouts (run_id, payout_id);
      -- Two that were under way before there was this rule: the older one goes on, and an operator can resume the other.
      update jobs j set status = 'canceled', finished_at = clock_timestamp(), lease_until = null, lease_token = null,
        message = 'Another run over this provider is under way.'
      where j.kind = 'reconciliation' and j.status in ('queued', 'running') and exists (
        select 1 from jobs o where o.kind = 'reconciliation' and o.status in ('queued', 'running')
          and o.input ->> 'provider' = j.input ->> 'provider' and (o.created_at, o.id) < (j.created_at, j.id));
      create unique index jobs_one_reconciliation on jobs ((input ->> 'provider'))
        where kind = 'reconciliation' and status in ('queued', 'running');
      -- What is seen as it happens, from here on, so that its breaks have a run too.
      insert into jobs (id, kind, input, status, requested_by, started_at, finished_at)
      select 'run_seen_' || p, 'reconciliation', jsonb_build_object('provider', p, 'dryRun', false,
          'from', floor(extract(epoch from clock_timestamp())), 'to', null),
        'succeeded', 'system', clock_timestamp(), clock_timestamp()
      from unnest(array['stripe', 'razorpay']) p;
      alter table approvals drop constraint approvals_action_check;
      alter table approvals add constraint approvals_action_check check (action in ('refund', 'adjust', 'resolve_break'));
      create unique index approvals_one_for_break on approvals ((input ->> 'id'))
        where action = 'resolve_break' and status in ('open', 'approved');
      create index breaks_seen on breaks (provider) where run_id is null;
      -- It knows of no second person; settle_break took its place.
      drop function if exists post_break(bigint, text, text, text);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop index breaks_seen;
      drop index approvals_one_for_break;
      delete from approvals where action = 'resolve_break';
      alter table approvals drop constraint approvals_action_check;
      alter table approvals add constraint approvals_action_check check (action in ('refund', 'adjust'));
      delete from jobs where id in ('run_seen_stripe', 'run_seen_razorpay');
      drop index jobs_one_reconciliation;
      drop table listed_payouts;
    `);
  }
}
