import fs from 'node:fs';
import type { EmbeddedPostgres } from '../../src/db/embedded';
import { dropTestDatabases } from './database';

export default async function globalTeardown(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) await dropTestDatabases();
  const run = globalThis as { __testServer?: EmbeddedPostgres; __testDirectory?: string };
  await run.__testServer?.stop();
  if (run.__testDirectory) fs.rmSync(run.__testDirectory, { recursive: true, force: true });
}
