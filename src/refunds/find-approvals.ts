// Reads approvals: by id, and the operators' list.

import type { DataSource, SelectQueryBuilder } from 'typeorm';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { Approval, type ApprovalStatus } from './approval.entity';

interface FindDeps {
  readonly dataSource: DataSource;
}

/** In the order of the ids; null for what is not there. */
export async function approvalsByIds(deps: FindDeps, ids: readonly string[]): Promise<(Approval | null)[]> {
  const found = await deps.dataSource
    .createQueryBuilder(Approval, 'approval')
    .where('approval.id = any(:ids)', { ids })
    .getMany();
  const byId = new Map(found.map((approval) => [approval.id, approval]));
  return ids.map((id) => byId.get(id) ?? null);
}

const NEWEST: Ordering = {
  name: 'approvals',
  keys: [
    { property: 'approval.createdAt', type: 'timestamp' },
    { property: 'approval.id', type: 'text' },
  ],
  direction: 'desc',
};

/** One page of approvals, newest first. @throws Problem INVALID_INPUT for a bad page. */
export function listApprovals(
  deps: FindDeps,
  status: readonly ApprovalStatus[] | null | undefined,
  page: PageRequest,
): Promise<Page<Approval>> {
  return readPage(approvalsWhere(deps, status), NEWEST, page);
}

/** How many there are on all pages, as far as countRows counts. */
export const countApprovals = (
  deps: FindDeps,
  status: readonly ApprovalStatus[] | null | undefined,
): Promise<number> => countRows(approvalsWhere(deps, status));

function approvalsWhere(
  { dataSource }: FindDeps,
  status: readonly ApprovalStatus[] | null | undefined,
): SelectQueryBuilder<Approval> {
  const query = dataSource.createQueryBuilder(Approval, 'approval');
  return status ? query.where('approval.status = any(:status)', { status }) : query;
}
