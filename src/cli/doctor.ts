// npm run cli -- doctor: what a gateway with these settings stands on, asked now and by its own way in. It changes nothing.
import type { Config } from '../kernel/config';
import { checkHealth, type HealthCheck } from '../reports/health';
import { checkWorker } from '../reports/worker';
import type { Command } from './command';
import { withDatabase } from './database';
import { askDatabase } from './doctor-database';
import { askPlace } from './doctor-place';
import { askProviders } from './doctor-providers';
import { given } from './given';

export const DOCTOR_HELP = `Usage: npm run cli -- doctor [--json]
Reads the settings as a start does and asks the database, its clock and its oldest transaction, the disk, the pages, Redis, the
background work, and each provider with its own keys and webhook secrets, also for rights that are needed later: disputes, warnings, books. Ends with 1 when something does not work. It changes nothing.`;

/** `warn`: it works, and somebody should know. */
export interface Finding {
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'bad';
  readonly detail: string;
}

export const doctor: Command = async (args, config) => {
  const { json } = given(args, [], ['json'], DOCTOR_HELP);
  const findings = [settings(config), ...(await withDatabase(config, (pool) => askAll(config, pool)))];
  const isWell = findings.every(({ state }) => state !== 'bad');
  const text = json ? JSON.stringify({ ok: isWell, findings }) : linesOf(findings).join('\n');
  process.stdout.write(`${text}\n`);
  return isWell ? 0 : 1;
};

type Pool = Parameters<Parameters<typeof withDatabase>[1]>[0];

async function askAll(config: Config, pool: Pool): Promise<Finding[]> {
  const [database, place, health, worker, providers] = await Promise.all([
    askDatabase(pool),
    askPlace(config),
    checkHealth({ pool, redis: null }),
    checkWorker(pool),
    askProviders(config, pool),
  ]);
  // The database was asked more about itself.
  const others = health.filter(({ name }) => name !== 'postgres');
  return [...database, ...place, ...[worker, ...others].map(fromHealth), ...providers];
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
