import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Functions live in a schema per release. What triggers and defaults call stays in public and belongs to the migrations from
 * now on: instant() and keep_lot_history() as they were last installed. What versions before installed there goes, once none
 * of them runs.
 */
export class FunctionsLeavePublic1764000000185 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(NONE_FROM_BEFORE);
    await runner.query(`
      do $$
      declare
        v_function regprocedure;
      begin
        for v_function in
          select p.oid::regprocedure from pg_proc p
          where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.proname = any('{${INSTALLED.join()}}')
            and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')
        loop
          execute 'drop function ' || v_function;
        end loop;
      end $$;

      -- Of a trigger: no verb can forget it. At the instant of the posting that it belongs to.
      create or replace function keep_lot_history() returns trigger language plpgsql as $$
      begin
        insert into lot_history (lot_id, at, remaining)
        values (new.id, case tg_op when 'INSERT' then new.created_at else instant() end, new.remaining);
        return null;
      end $$;

      -- Versions before install a function of this name at each start: on this they end before they change anything.
      create procedure horizon() language plpgsql as $$
      begin
        raise exception 'Functions live in a schema per release';
      end $$;

      -- The states of the database for which the application's role was given its rights, see src/db/role.ts.
      create table grants (state text collate "C" primary key, at timestamptz not null default instant());
    `);
    await runner.query(DEFAULTS);
  }

  /** A version from before installs its functions when it starts. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop procedure horizon(); drop table grants');
  }
}

// A restart stops the old one while the new one begins: it is given as long as a process takes to drain.
const PATIENCE_SECONDS = 30;

// Connections of a later version carry the name of its functions.
const NONE_FROM_BEFORE = `
  do $$
  declare
    v_until timestamptz := clock_timestamp() + interval '${PATIENCE_SECONDS} seconds';
  begin
    loop
      perform pg_stat_clear_snapshot();
      exit when not exists (
        select 1 from pg_stat_activity
        where datname = current_database() and application_name in ('credits-gateway', 'credits-gateway jobs')
          and pid <> pg_backend_pid());
      if clock_timestamp() > v_until then
        raise object_in_use using
          message = 'processes of a version from before run on this database, and this one cannot run beside them: stop them, then start again';
      end if;
      perform pg_sleep(0.2);
    end loop;
  end $$`;

// Every name that a version before installed.
const INSTALLED = [
  ...['add_credits', 'add_minor', 'adjust_credits', 'audit', 'begin_reads', 'book_fees', 'book_payouts'],
  ...['book_provider_refund', 'book_refund', 'book_withdrawal', 'booked_of', 'break_lines', 'break_theirs'],
  ...['claim_intents', 'close_gone', 'credits_for', 'credits_to_revoke', 'defer_lease', 'dispute_facts'],
  ...['disputed_credits', 'disputed_minor', 'empty_posting_texts', 'end_holds', 'erase_texts', 'expire_lots'],
  ...['find_claimed', 'find_expired', 'finish_deliveries', 'finish_webhook_events', 'freeze_credits'],
  ...['freeze_disputed', 'give_credits_back', 'gone_back', 'grant_bought', 'hashed_key', 'hidden_columns'],
  ...['hidden_hash', 'hidden_stands', 'hold_calls', 'hold_credits', 'horizon', 'is_too_much_alone'],
  ...['lease_calls', 'lock_hands', 'lot_booked', 'lot_went', 'lot_worth', 'may_adjust', 'move_by_hand'],
  ...['move_disputed_credits', 'next_look', 'next_seal', 'note_over_returned', 'note_refund_status'],
  ...['open_wallets', 'pay_debt', 'post_break', 'post_credits', 'public_reason', 'put_off_refund'],
  ...['record_findings', 'refund_facts', 'refund_request', 'refundable_payment', 'refuse_refund'],
  ...['release_holds', 'replay_webhook_events', 'request_end', 'request_refund', 'request_unapplied'],
  ...['retake_lease', 'revoke_from_lot', 'seal_postings', 'sealed_as', 'sealed_text', 'sealed_text_2'],
  ...['sealed_totals', 'settle', 'settle_break', 'settle_dispute', 'settle_holds', 'share_of', 'shrink_hold'],
  ...['spend_credits', 'stage_entries', 'store_webhook_events', 'take_back', 'take_credits'],
  ...['take_deliveries', 'take_from_lot', 'take_instant', 'take_leases', 'take_refunds', 'take_unapplied'],
  ...['take_unapplied_payment', 'take_webhook_events', 'tell_intent', 'tell_wallet', 'thaw_credits'],
  ...['thaw_lots', 'unapplied_left', 'undo_refund', 'unfreeze_credits', 'unfreeze_lots', 'wallet_event_at'],
  ...['work_due', 'work_due_wallets', 'write_off', 'add_lots', 'debt_line', 'earned_lines', 'free_parts'],
  ...['line_of', 'lock_wallets', 'move_lots', 'move_wallet', 'move_wallets', 'moves_of', 'new_posting_id'],
  ...['post', 'wallet_after', 'wallet_line'],
];

// Those of tables that came since migration 136.
const DEFAULTS = `
  do $$
  declare
    v_column record;
  begin
    for v_column in
      select d.adrelid::regclass as in_table, a.attname
      from pg_attrdef d
      join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
      join pg_class c on c.oid = d.adrelid and c.relnamespace = 'public'::regnamespace
      where pg_get_expr(d.adbin, d.adrelid) in ('clock_timestamp()', 'now()', 'statement_timestamp()', 'CURRENT_TIMESTAMP')
    loop
      execute format('alter table %s alter column %I set default instant()', v_column.in_table, v_column.attname);
    end loop;
  end $$`;
