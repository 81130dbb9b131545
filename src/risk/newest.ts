// What a terminal shows of the lists and of the decisions: the newest, over a pool alone.
import type pg from 'pg';
import { type Row, rowMapper } from '../db/columns';
import { type FiredRule, firedRulesOf } from './find-signals';
import { type RiskList, RiskListEntry } from './list-entry.entity';

interface Needs {
  readonly pool: pg.Pool;
}

/** What counts now, newest first. @param list left out: both */
export async function newestListEntries(
  { pool }: Needs,
  list: RiskList | null,
  max: number,
): Promise<RiskListEntry[]> {
  const { rows } = await pool.query<Row>(
    `select * from risk_lists
     where removed_at is null and (expires_at is null or expires_at > instant()) and ($1::text is null or list = $1)
     order by created_at desc, id desc limit $2`,
    [list, max],
  );
  return rows.map(rowMapper(RiskListEntry));
}

export interface NewestDecision {
  /** rsk_… */
  readonly id: string;
  readonly at: Date;
  readonly userId: string;
  readonly intentId: string | null;
  readonly stage: string;
  readonly score: number;
  readonly decision: string;
  readonly told: string;
  readonly version: number | null;
  readonly shadowScore: number | null;
  readonly shadowDecision: string | null;
  readonly fired: readonly FiredRule[];
}

const DECISIONS = `
  select id, decision_code(id) as code, at, user_id as "userId", intent_id as "intentId", stage, score, decision, told, rule_version::integer as version,
    shadow_score as "shadowScore", shadow_decision as "shadowDecision"
  from risk_decisions
  where ($1::text is null or user_id = $1) and ($2::text is null or decision = $2)
  order by id desc limit $3`;

/** Newest first, with the rules that fired. @param userId, decision left out: any */
export async function newestDecisions(
  deps: Needs,
  { userId, decision, max }: { readonly userId?: string; readonly decision?: string; readonly max: number },
): Promise<NewestDecision[]> {
  const { rows } = await deps.pool.query<Omit<NewestDecision, 'fired' | 'id'> & { id: bigint; code: string }>(
    DECISIONS,
    [...[userId ?? null, decision ?? null, max]],
  );
  const fired = await firedRulesOf(
    deps,
    rows.map(({ id }) => String(id)),
  );
  return rows.map(({ code, ...row }, at) => ({ ...row, id: code, fired: fired[at] ?? [] }));
}
