// What a start would refuse, or go on without, of the addresses of the database and of what it holds: the mode, the secrets by which
// things are kept, a pooler in front, a replica beside.
import pg from 'pg';
import { CODE } from '../app/database';
import { storedSecrets } from '../app/store';
import { findPooling, findReplicaPooling } from '../db/pooling';
import { unfitMode } from '../db/prepare';
import { reachDatabase } from '../db/reach';
import { createReplica } from '../db/replica';
import { unfitSecrets } from '../db/secret-checks';
import { checkReplica } from '../graphql/health/replica';
import { type Config, ConfigError } from '../kernel/config';
import type { Finding } from './doctor';

/** @param url of the server itself, as its owner: the application may not read what secrets are held against */
export async function askStored(config: Config, url: string, pool: pg.Pool): Promise<Finding[]> {
  const parts = await Promise.all([askKept(config, url), askPooler(config), askReplica(config, url, pool)]);
  return parts.flat();
}

async function askKept(config: Config, url: string): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'credits-gateway doctor' });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const mode = await unfitMode(client, config.mode);
    const problems = [...(mode ? [mode] : []), ...(await unfitSecrets(client, storedSecrets(config)))];
    if (problems.length > 0) return problems.map((detail) => ({ name: 'kept', state: 'bad', detail }));
    return [
      { name: 'kept', state: 'ok', detail: 'what the database holds fits this mode and these secrets' },
    ];
  } finally {
    await client.end();
  }
}

/** Commands go past it; requests do not. */
async function askPooler({
  databaseUrl,
  databaseDirectUrl,
  databasePooling,
}: Config): Promise<readonly Finding[]> {
  if (databaseDirectUrl === '') return [];
  return refusedAs('pooler', async () => {
    await reachDatabase(databaseUrl, 0);
    const addresses = { url: databaseUrl, directUrl: databaseDirectUrl, asked: databasePooling };
    const detail = `DATABASE_URL leads to the same database, connections are shared by ${await findPooling(addresses)}`;
    return { name: 'pooler', state: 'ok', detail };
  });
}

async function askReplica(
  { databaseReadUrl, databaseReadWaitMs: waitMs }: Config,
  url: string,
  primary: pg.Pool,
): Promise<readonly Finding[]> {
  if (databaseReadUrl === '') return [];
  return refusedAs('replica', async () => {
    await reachDatabase(databaseReadUrl, 0, undefined, 'DATABASE_READ_URL');
    const pooling = await findReplicaPooling(url, databaseReadUrl);
    const onError = () => undefined;
    const options = { url: databaseReadUrl, pooling, codeSchema: CODE.schema, waitMs, primary, onError };
    const replica = createReplica(options);
    const [found] = await checkReplica({ replica }).finally(() => replica.close());
    return { name: 'replica', state: found?.ok ? 'ok' : 'bad', detail: found?.detail ?? '' };
  });
}

async function refusedAs(name: string, ask: () => Promise<Finding>): Promise<readonly Finding[]> {
  try {
    return [await ask()];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((detail) => ({ name, state: 'bad', detail }));
  }
}
