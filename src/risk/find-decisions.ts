// Reads decisions: by number, and the operators' list.
import type pg from 'pg';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Row, rowMapper, selectList } from '../db/columns';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { RiskDecision, type RiskDecisionKind } from './decision.entity';

export interface DecisionFilter {
  readonly userId?: string | null;
  /** Left out: those that say anything, of one user all. */
  readonly decision?: readonly RiskDecisionKind[] | null;
}

interface PoolDeps {
  readonly pool: pg.Pool;
}

/** @param ids rsk_…, also as earlier releases told them. @returns in their order; null for what is not there */
export async function decisionsByIds(
  { pool }: PoolDeps,
  ids: readonly string[],
): Promise<(RiskDecision | null)[]> {
  const { rows } = await pool.query<Row & { place: bigint }>(
    `select a.place, ${selectList(RiskDecision, 'd')}
     from unnest($1::text[]) with ordinality a(id, place) join risk_decisions d on d.id = decision_number(a.id)`,
    [ids],
  );
  const toDecision = rowMapper(RiskDecision);
  const found = new Map(rows.map((row) => [Number(row.place), toDecision(row)]));
  return ids.map((_, at) => found.get(at + 1) ?? null);
}

/** The ids by which clients know decisions, rsk_…. @param numbers of the rows. @returns in their order */
export async function idsOfDecisions({ pool }: PoolDeps, numbers: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ id: string }>(
    'select decision_code(n) as id from unnest($1::bigint[]) with ordinality a(n, place) order by place',
    [numbers],
  );
  return rows.map(({ id }) => id);
}

const NEWEST: Ordering = {
  name: 'risk-decisions',
  keys: [{ property: 'decision.id', type: 'bigint' }],
  direction: 'desc',
};

interface Deps {
  readonly dataSource: DataSource;
}

/** One page, newest first. @throws Problem INVALID_INPUT for a bad page. */
export const listDecisions = (
  deps: Deps,
  filter: DecisionFilter,
  page: PageRequest,
): Promise<Page<RiskDecision>> => readPage(decisionsWhere(deps, filter), NEWEST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countDecisions = (deps: Deps, filter: DecisionFilter): Promise<number> =>
  countRows(decisionsWhere(deps, filter));

function decisionsWhere(
  { dataSource }: Deps,
  { userId, decision }: DecisionFilter,
): SelectQueryBuilder<RiskDecision> {
  const query = dataSource.createQueryBuilder(RiskDecision, 'decision').where('true');
  if (userId) query.andWhere('decision.userId = :userId', { userId });
  if (decision) query.andWhere('decision.decision = any(:decision)', { decision });
  // In these words there is an index; most decisions say that nothing speaks against a purchase.
  const isStrict = decision ? !decision.includes('allow') : !userId;
  return isStrict ? query.andWhere("decision.decision in ('challenge', 'review', 'block')") : query;
}
