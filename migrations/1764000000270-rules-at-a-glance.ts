import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Of most purchases no rule holds. A version of the rules now says from which figures on any of its rules may, so that the lines are
 * read for those purchases alone of which one does. And what a decision may be is asked by one function: PostgreSQL reads the text of
 * each check again for each statement that writes.
 *
 * Versions that an earlier release adds beside this one have nulls here: all is judged by their lines.
 */
export class RulesAtAGlance1764000000270 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table risk_rules
        -- Of each signal and sign that a rule names the least bound, as in risk_rule_lines: where none is met no rule fires.
        add column any_signals smallint[],
        add column any_signs smallint[],
        add column any_bounds double precision[];
      update risk_rules r set any_signals = l.signals, any_signs = l.signs, any_bounds = l.bounds
      from (
        select version, array_agg(signal order by signal, sign) as signals, array_agg(sign order by signal, sign) as signs,
          array_agg(bound order by signal, sign) as bounds
        from (select version, signal, sign, min(bound) as bound from risk_rule_lines group by version, signal, sign) m
        group by version) l
      where l.version = r.version;

      create function is_risk_decision(p_stage text, p_score smallint, p_decision text, p_told text)
      returns boolean language plpgsql immutable parallel safe as $$
      begin
        return p_stage in ('claim', 'settle', 'warning') and p_score between 0 and 100
          and p_decision in ('allow', 'challenge', 'review', 'block')
          and p_told in ('none', 'challenge', 'captcha', 'blocked', 'observed', 'frozen');
      end $$;
      alter table risk_decisions drop constraint risk_decisions_stage_check, drop constraint risk_decisions_score_check,
        drop constraint risk_decisions_decision_check, drop constraint risk_decisions_told_check,
        add constraint risk_decisions_are check (is_risk_decision(stage, score, decision, told)) not valid;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table risk_decisions drop constraint risk_decisions_are,
        add constraint risk_decisions_stage_check check (stage in ('claim', 'settle', 'warning')),
        add constraint risk_decisions_score_check check (score between 0 and 100),
        add constraint risk_decisions_decision_check check (decision in ('allow', 'challenge', 'review', 'block')),
        add constraint risk_decisions_told_check
          check (told in ('none', 'challenge', 'captcha', 'blocked', 'observed', 'frozen'));
      drop function is_risk_decision;
      alter table risk_rules drop column any_signals, drop column any_signs, drop column any_bounds;
    `);
  }
}
