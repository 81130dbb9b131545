import type { DataSource } from 'typeorm';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { Job } from '../jobs/job.entity';
import { EXPORT_KIND } from './export';

const NEWEST_FIRST: Ordering = {
  name: 'exports',
  keys: [
    { property: 'job.createdAt', type: 'timestamp' },
    { property: 'job.id', type: 'text' },
  ],
  direction: 'desc',
};

/** One page of exports, newest first. @throws Problem INVALID_INPUT for a bad page. */
export const listExports = (
  { dataSource }: { readonly dataSource: DataSource },
  page: PageRequest,
): Promise<Page<Job>> =>
  readPage(
    dataSource.createQueryBuilder(Job, 'job').where('job.kind = :kind', { kind: EXPORT_KIND }),
    NEWEST_FIRST,
    page,
  );
