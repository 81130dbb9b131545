// Reads the two lists: by id, and a page of what counts now.
import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { type RiskList, RiskListEntry, type RiskListKind } from './list-entry.entity';

interface FindDeps {
  readonly dataSource: DataSource;
}

/** In the order of the ids, also those that were removed; null for what is not there. */
export async function listEntriesByIds(
  { dataSource }: FindDeps,
  ids: readonly string[],
): Promise<(RiskListEntry | null)[]> {
  const found = await dataSource
    .createQueryBuilder(RiskListEntry, 'entry')
    .where('entry.id = any(:ids)', { ids })
    .getMany();
  const byId = new Map(found.map((entry) => [entry.id, entry]));
  return ids.map((id) => byId.get(id) ?? null);
}

const NEWEST: Ordering = {
  name: 'risk-lists',
  keys: [
    { property: 'entry.createdAt', type: 'timestamp' },
    { property: 'entry.id', type: 'text' },
  ],
  direction: 'desc',
};

/** One page of what a list names now, newest first. @throws Problem INVALID_INPUT for a bad page. */
export const listEntries = (
  deps: FindDeps,
  list: RiskList,
  kinds: readonly RiskListKind[] | null | undefined,
  page: PageRequest,
): Promise<Page<RiskListEntry>> => readPage(entriesWhere(deps, list, kinds), NEWEST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countEntries = (
  deps: FindDeps,
  list: RiskList,
  kinds: readonly RiskListKind[] | null | undefined,
): Promise<number> => countRows(entriesWhere(deps, list, kinds));

function entriesWhere(
  { dataSource }: FindDeps,
  list: RiskList,
  kinds: readonly RiskListKind[] | null | undefined,
): SelectQueryBuilder<RiskListEntry> {
  const query = dataSource
    .createQueryBuilder(RiskListEntry, 'entry')
    .where('entry.list = :list and entry.removedAt is null', { list })
    .andWhere('(entry.expiresAt is null or entry.expiresAt > (select instant()))');
  return kinds ? query.andWhere('entry.kind = any(:kinds)', { kinds }) : query;
}
