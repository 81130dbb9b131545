import type pg from 'pg';
import type { Row } from '../db/columns';
import { type RiskRuleSet, RULE_SET_COLUMNS, ruleSetIn } from './rule-set';

// A list that is no connection has at most 50; two of them may be older than the newest.
const NEWEST_MAX = 48;

/** The newest versions, and those that judge, newest first. */
export async function listRiskRules({ pool }: { readonly pool: pg.Pool }): Promise<RiskRuleSet[]> {
  const { rows } = await pool.query<Row>(
    `select ${RULE_SET_COLUMNS} from risk_rules
     where version in (select version from risk_rules order by version desc limit ${NEWEST_MAX})
       or state in ('active', 'shadow')
     order by version desc`,
  );
  return rows.map(ruleSetIn);
}

/** In the order of the versions. */
export async function riskRulesByVersions(
  { pool }: { readonly pool: pg.Pool },
  versions: readonly string[],
): Promise<(RiskRuleSet | null)[]> {
  const { rows } = await pool.query<Row>(
    `select ${RULE_SET_COLUMNS} from risk_rules where version = any($1::bigint[])`,
    [versions],
  );
  const found = new Map(rows.map((row) => [String(row.version), ruleSetIn(row)]));
  return versions.map((version) => found.get(version) ?? null);
}
