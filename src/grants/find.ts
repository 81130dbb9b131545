// Campaigns and what they gave. Reads only; who may see it is the caller's to check.
import type pg from 'pg';
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { type Row, rowMapper, selectList } from '../db/columns';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { Campaign } from './campaign.entity';
import { CreditGrant } from './grant.entity';

type Lister = { readonly dataSource: DataSource };
type Reader = { readonly pool: pg.Pool };

// More campaigns than a person oversees.
const CAMPAIGNS_MAX = 200;

/** The newest first, at most 200. */
export async function listCampaigns({ pool }: Reader): Promise<Campaign[]> {
  const { rows } = await pool.query<Row>(
    `select ${selectList(Campaign, 'c')} from campaigns c order by created_at desc, key limit ${CAMPAIGNS_MAX}`,
  );
  return rows.map(rowMapper(Campaign));
}

/** In the order of the keys. */
export async function campaignsByKeys(
  { pool }: Reader,
  keys: readonly string[],
): Promise<(Campaign | null)[]> {
  const { rows } = await pool.query<Row>(
    `select ${selectList(Campaign, 'c')} from campaigns c where key = any($1)`,
    [keys],
  );
  const found = new Map(rows.map((row) => [String(row.key), rowMapper(Campaign)(row)]));
  return keys.map((key) => found.get(key) ?? null);
}

/** In the order of the ids. */
export async function grantsByIds({ pool }: Reader, ids: readonly string[]): Promise<(CreditGrant | null)[]> {
  const { rows } = await pool.query<Row>('select * from credit_grants where id = any($1)', [ids]);
  const found = new Map(rows.map((row) => [String(row.id), rowMapper(CreditGrant)(row)]));
  return ids.map((id) => found.get(id) ?? null);
}

/** All given conditions must hold. */
export interface GrantFilter {
  readonly campaign?: string | null;
  readonly userId?: string | null;
}

const NEWEST: Ordering = {
  name: 'grants',
  keys: [
    { property: 'grant.createdAt', type: 'timestamp' },
    { property: 'grant.id', type: 'text' },
  ],
  direction: 'desc',
};

/** One page, the newest first. @throws Problem INVALID_INPUT for a bad page */
export const listGrants = (
  deps: Lister,
  filter: GrantFilter,
  page: PageRequest,
): Promise<Page<CreditGrant>> => readPage(grantsWhere(deps, filter), NEWEST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countGrants = (deps: Lister, filter: GrantFilter): Promise<number> =>
  countRows(grantsWhere(deps, filter));

function grantsWhere(
  { dataSource }: Lister,
  { campaign, userId }: GrantFilter,
): SelectQueryBuilder<CreditGrant> {
  const query = dataSource.createQueryBuilder(CreditGrant, 'grant');
  // PostgreSQL's text refuses NUL: what cannot be stored belongs to nothing.
  if (typeof campaign === 'string')
    query.andWhere('grant.campaign = :campaign', { campaign: campaign.replaceAll('\0', '') });
  if (typeof userId === 'string')
    query.andWhere('grant.userId = :userId', { userId: userId.replaceAll('\0', '') });
  return query;
}
