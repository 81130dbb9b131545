import type pg from 'pg';
import { audited } from '../callers/audit';
import { type Caller, personOf } from '../callers/caller';
import type { Row } from '../db/columns';
import { numberedId } from '../kernel/ids';
import { invalidInput, notFound, Problem } from '../kernel/problems';
import type { Logger } from '../telemetry/logger';
import { lockRules } from './propose-risk-rules';
import { type RiskRuleSet, RULE_SET_COLUMNS, ruleSetIn } from './rule-set';

interface Needs {
  readonly pool: pg.Pool;
  readonly log: Logger;
  readonly approvalLimits: { readonly riskRules: boolean };
}

/**
 * Judges by this version from now on, in every process with its next set; the one that did is retired. One that was retired may
 * come back. Where two persons are asked for, who proposed a version does not make it active. A second time it answers like the
 * first.
 * @throws Problem NOT_FOUND, APPROVAL_REQUIRED, and INVALID_INPUT for an API key where two persons are asked for
 */
export async function activateRiskRules(deps: Needs, caller: Caller, version: number): Promise<RiskRuleSet> {
  const isAskedFor = deps.approvalLimits.riskRules;
  if (isAskedFor && caller.apiKeyId) throw invalidInput('A person decides, not an API key.', 'version');
  const { rules, replaced } = await audited(
    deps.pool,
    caller,
    async (client) => {
      await lockRules(client);
      const { rows } = await client.query<Row>(
        `select ${RULE_SET_COLUMNS} from risk_rules where version = $1`,
        [version],
      );
      if (!rows[0]) throw notFound('The version', ['input', 'version']);
      const known = ruleSetIn(rows[0]);
      if (known.state === 'active') return { rules: known, replaced: null };
      if (isAskedFor && known.proposedBy === personOf(caller))
        throw new Problem(
          'APPROVAL_REQUIRED',
          `You proposed version ${version} yourself: another person activates it. Nothing has happened yet.`,
          ['input', 'version'],
        );
      const before = await client.query<{ version: bigint }>(
        `update risk_rules set state = 'retired' where state = 'active' returning version`,
      );
      const made = await client.query<Row>(
        `update risk_rules set state = 'active', approved_by = $2, activated_at = instant() where version = $1
         returning ${RULE_SET_COLUMNS}`,
        [version, personOf(caller)],
      );
      return { rules: ruleSetIn(made.rows[0] as Row), replaced: Number(before.rows[0]?.version ?? 0) };
    },
    (done) =>
      done.replaced === null
        ? null
        : {
            action: 'activateRiskRules',
            targetId: numberedId('riskRules', version),
            diff: { replaced: done.replaced, proposedBy: done.rules.proposedBy },
          },
  );
  if (replaced !== null) deps.log.info('risk.rules_activated', { version, replaced, actor: caller.id });
  return rules;
}
