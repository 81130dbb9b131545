import type { DataSource } from 'typeorm';
import { countRows } from '../db/count';
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
): Promise<Page<Job>> => readPage(exportsIn(dataSource), NEWEST_FIRST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countExports = ({ dataSource }: { readonly dataSource: DataSource }): Promise<number> =>
  countRows(exportsIn(dataSource));

const exportsIn = (dataSource: DataSource) =>
  dataSource.createQueryBuilder(Job, 'job').where('job.kind = :kind', { kind: EXPORT_KIND });
