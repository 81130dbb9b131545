// For the command line of TypeORM, on the database that the gateway uses: DATABASE_URL, else the embedded one in DATA_DIR,
// which is started for the command when no gateway runs on it.
//   npm run typeorm -- migration:show
//   npm run typeorm -- migration:generate migrations/1764000000200-what-is-new
//   npm run typeorm -- migration:run
import 'reflect-metadata';
import fs from 'node:fs';
import { ENTITIES } from './src/app/database';
import { ownerDataSource } from './src/db/data-source';
import { startEmbeddedPostgres, urlAt } from './src/db/embedded';
import { runningSocketDirectory } from './src/db/embedded/running';
import { readConfig } from './src/providers/read-config';

async function open() {
  if (fs.existsSync('.env')) process.loadEnvFile('.env');
  const { databaseUrl, dataDir } = readConfig(process.env);
  return ownerDataSource(databaseUrl || (await embeddedUrl(dataDir)), ENTITIES);
}

async function embeddedUrl(dataDir: string): Promise<string> {
  const running = runningSocketDirectory(dataDir);
  // One that is started here ends with the command.
  return running ? urlAt(running) : (await startEmbeddedPostgres({ dataDir })).url;
}

export const dataSource = open();
