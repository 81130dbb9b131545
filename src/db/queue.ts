// graphile-worker's tables, in a schema of their own.
import { Logger, runMigrations } from 'graphile-worker';
import { bePatient } from './limited-client';
import { HeardPool } from './pool';

/** Installs or upgrades them, as their owner. Call it under the migration lock. */
export async function installQueue(url: string): Promise<void> {
  const pgPool = new HeardPool({ connectionString: url, max: 1 });
  // A connection that breaks between two statements is told by the next one.
  pgPool.on('error', () => undefined);
  // Migrations take as long as they take.
  pgPool.on('connect', bePatient);
  try {
    await runMigrations({ pgPool, logger: new Logger(() => () => undefined) });
  } finally {
    await pgPool.end();
  }
}
