// TypeORM serves the migrations, the entities and the lists with changing filters. The purchase path uses the pool.
import path from 'node:path';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ColumnsBuilder } from './columns-builder';
import { bePatient } from './limited-client';
import { applicationName, applicationOptions, HeardPool } from './pool';

type Entities = NonNullable<DataSourceOptions['entities']>;

export const MIGRATIONS_DIRECTORY = path.join(__dirname, '..', '..', 'migrations');
const MIGRATIONS = path.join(MIGRATIONS_DIRECTORY, '*.{js,ts}');

// Who waits for a table makes all wait that come after, and those give up after 2 s (pool.ts).
const LOCK_WAIT_MS = 500;

class OwnerDataSource extends DataSource {
  // The command line makes a new driver after it was constructed.
  override initialize(): Promise<this> {
    this.driver.createSchemaBuilder = () => new ColumnsBuilder(this);
    return super.initialize();
  }
}

/** As the owner of the tables: for migrations alone. @param entities what a generated migration is compared with */
export function ownerDataSource(url: string, entities: Entities = []): DataSource {
  return new OwnerDataSource({
    ...common(url),
    entities,
    migrations: [MIGRATIONS],
    // Each in a transaction of its own: a later one that fails leaves the earlier ones done.
    migrationsTransactionMode: 'each',
    // Migrations take as long as they take.
    extra: { ...connection(url), max: 2, onConnect: bePatient, options: `-c lock_timeout=${LOCK_WAIT_MS}` },
  });
}

/** Under the application's role, which cannot change the ledger. @param codeSchema holds the functions that it calls */
export function applicationDataSource(
  url: string,
  codeSchema: string,
  entities: Entities,
  connectionsMax: number,
): DataSource {
  return new DataSource({
    ...common(url),
    entities,
    extra: {
      connectionString: url,
      application_name: applicationName(codeSchema),
      options: applicationOptions(codeSchema),
      max: connectionsMax,
    },
  });
}

// The address goes to the driver as it is, because it may name a socket directory.
const connection = (url: string) => ({
  connectionString: url,
  application_name: 'credits-gateway migrations',
});

// TypeORM makes its pools itself, from the driver it is given.
const driver = Object.create(pg, { Pool: { value: HeardPool } });

function common(url: string) {
  return {
    type: 'postgres' as const,
    url,
    driver,
    synchronize: false,
    // The default of TypeORM is an extension that needs rights; this one is built in.
    uuidExtension: 'pgcrypto' as const,
    installExtensions: false,
    logging: false,
  };
}
