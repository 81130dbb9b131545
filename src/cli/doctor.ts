// npm run cli -- doctor: what a gateway with these settings stands on, asked now and by its own way in. It changes nothing.
import type pg from 'pg';
import { type Config, ConfigError } from '../kernel/config';
import { checkHealth, type HealthCheck } from '../reports/health';
import { checkWorker } from '../reports/worker';
import type { Command } from './command';
import { withDatabase } from './database';
import { askDatabase } from './doctor-database';
import { askNeighbours } from './doctor-neighbours';
import { askPlace } from './doctor-place';
import { askProviders } from './doctor-providers';
import { askStored } from './doctor-stored';
import { given } from './given';

export const DOCTOR_HELP = `Usage: npm run cli -- doctor [--json]
Reads the settings as a start does and asks the database, whether it fits the mode and the secrets, its clock and its oldest transaction,
a pooler, a replica, the disk, the pages, Redis, the keys that tokens are signed by, the collector of traces, the background work, and
each provider with its own keys and webhook secrets, also for rights that are needed later: disputes, warnings, books. One that does not
answer keeps it from asking none of the others. Ends with 1 when something does not work, with 2 when a setting is wrong. It changes nothing.`;

/** `warn`: it works, and somebody should know. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'bad';
  readonly detail: string;
}

export const doctor: Command = async (args, config) => {
  const { json } = given(args, [], ['json'], DOCTOR_HELP);
  const [database, place, neighbours] = await Promise.all([
    askDatabaseAndAll(config),
    askPlace(config),
    askNeighbours(config),
  ]);
  const findings = [settings(config), ...database.itself, ...place, ...neighbours, ...database.others];
  const isWell = findings.every(({ state }) => state !== 'bad');
  const text = json ? JSON.stringify({ ok: isWell, findings }) : linesOf(findings).join('\n');
  process.stdout.write(`${text}\n`);
  return isWell ? 0 : 1;
};

interface Asked {
  readonly itself: readonly Finding[];
  /** What is known by it, and the providers. */
  readonly others: readonly Finding[];
}

/** Whoever asks while the database is away wants to know of the others all the more. */
async function askDatabaseAndAll(config: Config): Promise<Asked> {
  try {
    return await withDatabase(config, (pool, url) => askAll(config, pool, url));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const itself = error.problems.map((detail): Finding => ({ name: 'database', state: 'bad', detail }));
    return { itself, others: await askProviders(config, null) };
  }
}

async function askAll(config: Config, pool: pg.Pool, url: string): Promise<Asked> {
  const [database, stored, health, worker, providers] = await Promise.all([
    askDatabase(pool),
    askStored(config, url, pool),
    checkHealth({ pool, redis: null }),
    checkWorker(pool),
    askProviders(config, pool),
  ]);
  // The database was asked more about itself.
  const others = health.filter(({ name }) => name !== 'postgres');
  return { itself: [...database, ...stored], others: [...[worker, ...others].map(fromHealth), ...providers] };
}

const fromHealth = ({ name, ok, detail }: HealthCheck): Finding => ({
  name,
  // What is said of a check that is well is for a person to judge; of the tables it is how large they are.
  state: !ok ? 'bad' : detail === null || name === 'tables' ? 'ok' : 'warn',
  detail: detail ?? '',
});

/** They were read before: a wrong one ends the command as it ends a start. */
const settings = ({ mode, role, providers, databaseUrl, redisUrl }: Config): Finding => ({
  name: 'settings',
  state: 'ok',
  detail: [
    `${mode} mode, ROLE=${role}`,
    mode === 'mock' ? 'simulated providers' : `providers ${Object.keys(providers).join(' and ')}`,
    databaseUrl ? 'a PostgreSQL server' : 'the embedded PostgreSQL',
    redisUrl ? 'Redis' : 'no Redis',
  ].join(', '),
});

const MARKS = { ok: '✓', warn: '!', bad: '✗' } as const;

function linesOf(findings: readonly Finding[]): string[] {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const bad = findings.filter(({ state }) => state === 'bad').length;
  return [
    ...findings.map(({ name, state, detail }) =>
      `${MARKS[state]} ${name.padEnd(width)}  ${detail}`.trimEnd(),
    ),
    bad === 0 ? 'All that was asked works.' : `${bad} of ${findings.length} do not work.`,
  ];
}
