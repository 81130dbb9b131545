import type { DataSource } from 'typeorm';
import { countRows } from '../db/count';
import { type Ordering, type Page, type PageRequest, readPage } from '../db/page';
import { Job } from '../jobs/job.entity';
import { GRANTS_IMPORT } from './start-grants-import';

const NEWEST_FIRST: Ordering = {
  name: 'grants_imports',
  keys: [
    { property: 'job.createdAt', type: 'timestamp' },
    { property: 'job.id', type: 'text' },
  ],
  direction: 'desc',
};

/** One page of imports, newest first. @throws Problem INVALID_INPUT for a bad page. */
export const listGrantsImports = (
  { dataSource }: { readonly dataSource: DataSource },
  page: PageRequest,
): Promise<Page<Job>> => readPage(importsIn(dataSource), NEWEST_FIRST, page);

/** How many there are on all pages, as far as countRows counts. */
export const countGrantsImports = ({ dataSource }: { readonly dataSource: DataSource }): Promise<number> =>
  countRows(importsIn(dataSource));

const importsIn = (dataSource: DataSource) =>
  dataSource.createQueryBuilder(Job, 'job').where('job.kind = :kind', { kind: GRANTS_IMPORT });
