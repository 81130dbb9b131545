import type pg from 'pg';
import { audited } from '../callers/audit';
import type { Caller } from '../callers/caller';
import type { Row } from '../db/columns';
import { numberedId } from '../kernel/ids';
import { InvalidStateProblem, notFound } from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { lockRules } from './propose-risk-rules';
import { type RiskRuleSet, RULE_SET_COLUMNS, ruleSetIn } from './rule-set';

/**
 * Puts a version aside that was proposed, or that judges beside the active one. A second time it answers like the first.
 * @throws Problem NOT_FOUND; INVALID_STATE for the active one, which another replaces
 */
export async function retireRiskRules(
  { pool, log }: { readonly pool: pg.Pool; readonly log: Logger },
  caller: Caller,
  version: number,
): Promise<RiskRuleSet> {
  const { rules, was } = await audited(
    pool,
    caller,
    async (client) => {
      await lockRules(client);
      const { rows } = await client.query<Row>(
        `select ${RULE_SET_COLUMNS} from risk_rules where version = $1`,
        [version],
      );
      if (!rows[0]) throw notFound('The version', ['input', 'version']);
      const known = ruleSetIn(rows[0]);
      if (known.state === 'active')
        throw new InvalidStateProblem(
          'Purchases are judged by it: activate another one in its place.',
          'active',
          ['proposed', 'shadow'],
        );
      if (known.state === 'retired') return { rules: known, was: null };
      const made = await client.query<Row>(
        `update risk_rules set state = 'retired' where version = $1 returning ${RULE_SET_COLUMNS}`,
        [version],
      );
      return { rules: ruleSetIn(made.rows[0] as Row), was: known.state };
    },
    (done) =>
      done.was === null
        ? null
        : { action: 'retireRiskRules', targetId: numberedId('riskRules', version), diff: { was: done.was } },
  );
  if (was !== null) log.info('risk.rules_retired', { version, was, actor: caller.id });
  return rules;
}
