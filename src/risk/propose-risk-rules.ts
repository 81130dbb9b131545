import type pg from 'pg';
import { audited } from '../callers/audit';
import { type Caller, personOf } from '../callers/caller';
import type { Row } from '../db/columns';
import type { Queryable } from '../db/transaction';
import { numberedId } from '../kernel/ids';
import { invalidInput } from '../kernel/problems';
import { isStorable } from '../kernel/text';
import type { Logger } from '../telemetry/logger';
import { type RiskRuleSet, RULE_SET_COLUMNS, ruleSetIn } from './rule-set';
import { readRulesDocument } from './rules-document';

export interface ProposeRiskRulesInput {
  readonly document: unknown;
  /** True: from now on it judges beside the active rules, and nothing acts on what it says. */
  readonly shadow?: boolean | null;
  readonly note?: string | null;
}

const NOTE_MAX = 500; // A sentence or two.

/** Whatever changes which rules judge stands behind one lock, which the start of a process takes too. */
export const lockRules = (client: Queryable) =>
  client.query(`select pg_advisory_xact_lock(hashtextextended('risk_rules', 0))`);

/**
 * Makes a version of the rules. Of rules that judge beside the active ones there is one: those that did are retired. Proposing
 * what was proposed last answers with that version.
 * @throws Problem INVALID_INPUT that names each rule at fault
 */
export async function proposeRiskRules(
  { pool, log }: { readonly pool: pg.Pool; readonly log: Logger },
  caller: Caller,
  { document, shadow, note = null }: ProposeRiskRulesInput,
): Promise<RiskRuleSet> {
  if (note !== null && (note.length > NOTE_MAX || !isStorable(note)))
    throw invalidInput(`A note has at most ${NOTE_MAX} characters.`, 'note');
  const text = JSON.stringify(readRulesDocument(document));
  const state = shadow ? 'shadow' : 'proposed';
  const { rules, isNew } = await audited(
    pool,
    caller,
    async (client) => {
      await lockRules(client);
      const known = await client.query<Row>(
        `select ${RULE_SET_COLUMNS} from risk_rules
         where version = (select max(version) from risk_rules) and state = $2 and document = $1::jsonb`,
        [text, state],
      );
      if (known.rows[0]) return { rules: ruleSetIn(known.rows[0]), isNew: false };
      if (shadow) await client.query(`update risk_rules set state = 'retired' where state = 'shadow'`);
      const added = await client.query<{ version: bigint }>('select add_rules($1, $2, $3, $4) as version', [
        ...[text, state, personOf(caller), note],
      ]);
      const { rows } = await client.query<Row>(
        `select ${RULE_SET_COLUMNS} from risk_rules where version = $1`,
        [added.rows[0]?.version],
      );
      return { rules: ruleSetIn(rows[0] as Row), isNew: true };
    },
    (done) =>
      done.isNew
        ? {
            action: 'proposeRiskRules',
            targetId: numberedId('riskRules', done.rules.version),
            reason: note,
            diff: { state },
          }
        : null,
  );
  if (isNew) log.info('risk.rules_proposed', { version: rules.version, state, actor: caller.id });
  return rules;
}
