import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Columns that hold credits. */
const CREDITS: readonly [table: string, columns: readonly string[]][] = [
  ['packages', ['credits']],
  ['intents', ['credits']],
  ['lots', ['granted', 'remaining', 'held', 'frozen']],
  ['lot_history', ['remaining']],
  ['holds', ['credits', 'held', 'settled_credits']],
  ['hold_lots', ['credits']],
  ['frozen_lots', ['credits']],
  ['revoked_lots', ['credits']],
  ['refunds', ['credits_frozen', 'credits_revoked']],
  ['disputes', ['credits_frozen', 'credits_revoked']],
  ['approvals', ['credits']],
];

/**
 * Credits are whole numbers up to 2^53-1, the largest that every JSON client reads exactly. What one purchase, one lot, one
 * wallet or one debt holds stays within that.
 */
export class SafeCredits1764000000131 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger lots_kept on lots; drop trigger lots_kept_at_first on lots');
    for (const [table, columns] of CREDITS)
      await runner.query(
        `alter table ${table} ${columns.map((column) => `alter column ${column} type bigint`).join(', ')}`,
      );
    await runner.query(KEPT);
    await runner.query(`
      alter table packages add constraint packages_credits_safe check (credits <= 9007199254740991);
      alter table intents add constraint intents_credits_safe check (credits <= 9007199254740991);
      alter table lots add constraint lots_granted_safe check (granted <= 9007199254740991);
      alter table wallets add constraint wallets_safe check (balance <= 9007199254740991 and owed <= 9007199254740991);
    `);
    // They took or gave integers. Each start installs all functions anew, after the migrations.
    await runner.query(`
      do $$
      declare
        v_old regprocedure;
      begin
        for v_old in
          select oid from pg_proc where pronamespace = current_schema()::regnamespace and proname in ('add_credits',
            'adjust_credits', 'claim_intents', 'credits_to_revoke', 'disputed_credits', 'freeze_credits',
            'give_credits_back', 'hold_credits', 'pay_debt', 'post_credits', 'revoke_from_lot', 'settle_holds',
            'shrink_hold', 'spend_credits', 'take_credits', 'thaw_credits', 'thaw_lots', 'unfreeze_credits',
            'unfreeze_lots')
        loop
          execute 'drop function ' || v_old;
        end loop;
      end $$;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop trigger lots_kept on lots; drop trigger lots_kept_at_first on lots');
    await runner.query(`
      alter table wallets drop constraint wallets_safe; alter table lots drop constraint lots_granted_safe;
      alter table intents drop constraint intents_credits_safe;
      alter table packages drop constraint packages_credits_safe;
    `);
    for (const [table, columns] of CREDITS)
      await runner.query(
        `alter table ${table} ${columns.map((column) => `alter column ${column} type integer`).join(', ')}`,
      );
    await runner.query(KEPT);
  }
}

const KEPT = `
  create trigger lots_kept_at_first after insert on lots
    for each row when (new.remaining <> new.granted) execute function keep_lot_history();
  create trigger lots_kept after update of remaining on lots
    for each row when (new.remaining <> old.remaining) execute function keep_lot_history();
`;
