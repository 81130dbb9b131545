// Migrations that this version brings, and what the database has beside them.
import { ConfigError } from '../kernel/config';
import { ownerDataSource } from './data-source';

/** A migration says so where it cannot work beside what runs. */
const OBJECT_IN_USE = '55006';

/**
 * Runs what is not run yet, as the owner of the tables. Call it under the migration lock.
 * @returns the names of migrations that the database has and this version does not know: a later version was here
 * @throws ConfigError when a migration cannot run beside a process that runs.
 */
export async function migrate(url: string): Promise<{ unknown: readonly string[] }> {
  const source = await ownerDataSource(url).initialize();
  try {
    await source.runMigrations();
    const rows: { name: string }[] = await source.query('select name from migrations order by id');
    const known = new Set(source.migrations.map((migration) => migration.name ?? migration.constructor.name));
    return { unknown: rows.map(({ name }) => name).filter((name) => !known.has(name)) };
  } catch (error) {
    if ((error as { code?: string }).code === OBJECT_IN_USE)
      throw new ConfigError([(error as Error).message]);
    throw error;
  } finally {
    await source.destroy();
  }
}
