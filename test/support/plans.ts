// How PostgreSQL works a statement, and those inside the functions that it calls.
import type pg from 'pg';

/** The plans of all statements that a call runs, with what each step met. @param owner a superuser */
export async function plansOf(owner: pg.Client, call: string): Promise<string> {
  const plans: string[] = [];
  const listen = (notice: { message?: string }) => plans.push(notice.message ?? '');
  owner.on('notice', listen);
  await owner.query(`load 'auto_explain'; set auto_explain.log_min_duration = 0; set auto_explain.log_analyze = on;
    set auto_explain.log_timing = off; set auto_explain.log_nested_statements = on; set client_min_messages = log`);
  await owner.query(call);
  await owner.query('set auto_explain.log_min_duration = -1; reset client_min_messages');
  owner.off('notice', listen);
  return plans.join('\n');
}
