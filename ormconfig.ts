// For the command line of TypeORM, e.g. to show which migrations are pending:
//   npm run build && DATABASE_URL=postgresql://… npx typeorm migration:show -d dist/ormconfig.js
import 'reflect-metadata';
import { ownerDataSource } from './src/db/data-source';

export const dataSource = ownerDataSource(
  process.env.DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres',
);
