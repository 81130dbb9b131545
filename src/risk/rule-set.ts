import type { Row } from '../db/columns';
import type { RulesDocument } from './rules-document';

export const RISK_RULE_STATES = ['proposed', 'shadow', 'active', 'retired'] as const;
export type RiskRuleState = (typeof RISK_RULE_STATES)[number];

/** A version of the rules. What it says never changes; what changes is whether purchases are judged by it. */
export class RiskRuleSet {
  constructor(
    readonly version: number,
    readonly state: RiskRuleState,
    readonly document: RulesDocument,
    /** A person: of what a key proposed, who made the key. `system` for those that come with the product. */
    readonly proposedBy: string,
    /** Who made it active; null: nobody has. */
    readonly approvedBy: string | null,
    readonly note: string | null,
    readonly createdAt: Date,
    readonly activatedAt: Date | null,
  ) {}
}

/** For the list of a select. */
export const RULE_SET_COLUMNS =
  'version, state, document, proposed_by, approved_by, note, created_at, activated_at';

export const ruleSetIn = (row: Row): RiskRuleSet =>
  new RiskRuleSet(
    Number(row.version),
    row.state as RiskRuleState,
    row.document as RulesDocument,
    row.proposed_by as string,
    row.approved_by as string | null,
    row.note as string | null,
    row.created_at as Date,
    row.activated_at as Date | null,
  );
