// TypeORM serves the migrations, the entities and the lists with changing filters. The purchase path uses the pool.
import path from 'node:path';
import pg from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { ColumnsBuilder } from './columns-builder';
import { bePatient } from './limited-client';
import { applicationConnection, HeardPool, type Pooling } from './pool';
import { ReadPool, type ReadPoolConfig, type Replica } from './replica';

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

/** A replica that lists are read from, and how to connect to it. */
export interface ReadFrom {
  readonly url: string;
  readonly pooling: Pooling;
  readonly replica: Replica;
}

/**
 * Under the application's role, which cannot change the ledger. It only reads.
 * @param codeSchema holds the functions that it calls
 * @param from a replica, asked while it is as far as the primary
 */
export function applicationDataSource(
  url: string,
  codeSchema: string,
  entities: Entities,
  connectionsMax: number,
  pooling: Pooling = 'session',
  from: ReadFrom | null = null,
): DataSource {
  const primary = { ...applicationConnection(url, codeSchema, pooling), max: connectionsMax };
  return new DataSource({
    ...common(url),
    entities,
    ...(from
      ? { driver: driverWith(ReadPool), extra: readPoolConfig(from, codeSchema, primary) }
      : { extra: primary }),
  });
}

/** Of a pool that reads from a replica. @param primary what its connections to the primary are made of */
export const readPoolConfig = (
  { url, pooling, replica }: ReadFrom,
  codeSchema: string,
  primary: pg.PoolConfig,
): ReadPoolConfig => ({
  ...applicationConnection(url, codeSchema, pooling),
  max: primary.max,
  types: primary.types,
  replica,
  primary,
});

// The address goes to the driver as it is, because it may name a socket directory.
const connection = (url: string) => ({
  connectionString: url,
  application_name: 'credits-gateway migrations',
});

// TypeORM makes its pools itself, from the driver it is given.
const driverWith = (Pool: unknown) => Object.create(pg, { Pool: { value: Pool } });

function common(url: string) {
  return {
    type: 'postgres' as const,
    url,
    driver: driverWith(HeardPool),
    synchronize: false,
    // The default of TypeORM is an extension that needs rights; this one is built in.
    uuidExtension: 'pgcrypto' as const,
    installExtensions: false,
    logging: false,
  };
}
